/** Phone numbers can be read a moment after the desk is there: what knows all countries is loaded when nothing else is. */
import { useEffect, useState } from 'react'
import { usePlace } from '../place.tsx'
import type { ReadPhone } from './recognise.ts'

export function usePhoneReader(): ReadPhone | undefined {
  const { zone } = usePlace()
  const [reader, setReader] = useState<{ readonly read: ReadPhone }>()
  useEffect(() => {
    let isCurrent = true
    import('../phone.ts').then(
      ({ phoneReader }) => isCurrent && setReader({ read: phoneReader(zone) }),
      (error: unknown) => console.warn('phone numbers cannot be read', error),
    )
    return () => {
      isCurrent = false
    }
  }, [zone])
  return reader?.read
}
