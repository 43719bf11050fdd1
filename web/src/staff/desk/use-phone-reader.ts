/**
 * Phone numbers can be read a moment after the desk is there: what knows all countries is loaded when nothing else is. A
 * number that was entered before waits for it, because a guess would look for somebody else.
 */
import { useEffect, useState } from 'react'
import { useIsOnline } from '../../page.tsx'
import { usePlace } from '../place.tsx'
import type { DeskEvent } from './desk-state.ts'
import { type ReadPhone, recognise } from './recognise.ts'
import type { Running } from './use-desk.ts'

export type PhoneReader = {
  readonly read: ReadPhone | undefined
  /** It could not be loaded: there is no network. */
  readonly hasFailed: boolean
}

export function usePhoneReader(): PhoneReader {
  const { zone } = usePlace()
  const isOnline = useIsOnline()
  const [reader, setReader] = useState<{ readonly read: ReadPhone; readonly zone: string }>()
  const [hasFailed, setFailed] = useState(false)
  const isThere = reader !== undefined && reader.zone === zone
  useEffect(() => {
    // Without the program's zone a number of its own country would be taken for something else.
    if (zone === '') return setFailed(!isOnline)
    if (isThere) return
    let isCurrent = true
    import('../phone.ts').then(
      ({ phoneReader }) => isCurrent && setReader({ read: phoneReader(zone), zone }),
      (error: unknown) => {
        console.warn('phone numbers cannot be read', error)
        if (isCurrent) setFailed(true)
      },
    )
    return () => {
      isCurrent = false
    }
  }, [zone, isOnline, isThere])
  return { read: isThere ? reader.read : undefined, hasFailed }
}

/** Goes on with the number that waited. */
export function useLateReading({ desk, dispatch }: Running, { read, hasFailed }: PhoneReader): void {
  const { phase, lookups } = desk
  const waiting = phase.at === 'looking' && phase.asked.kind === 'unread' ? phase.asked : undefined
  useEffect(() => {
    if (waiting === undefined) return
    const { text } = waiting
    const failed: DeskEvent = { do: 'not_found', token: lookups, asked: waiting, code: 'offline' }
    if (read) dispatch({ do: 'read', text, as: recognise(text, read) })
    else if (hasFailed) dispatch(failed)
  }, [waiting, read, hasFailed, lookups, dispatch])
}
