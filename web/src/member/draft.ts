/** What somebody has typed and not sent: it keeps the page from being sent away, and survives a sign-in. */
import { useEffect, useState } from 'react'
import { kept } from './data.ts'

const dirty = new Set<string>()

export function isFormDirty(): boolean {
  return dirty.size > 0
}

/** A form's values, read back after a reload. `clear` when they were sent. */
export function useDraft<T extends object>(name: string, initial: T) {
  const key = `draft.${name}`
  const [values, setValues] = useState(initial)
  useEffect(() => {
    kept.get(key).then((found) => {
      if (typeof found === 'object' && found !== null) setValues((now) => ({ ...now, ...found }))
    })
    return () => {
      dirty.delete(key)
    }
  }, [key])
  return {
    values,
    change(part: Partial<T>) {
      const next = { ...values, ...part }
      dirty.add(key)
      setValues(next)
      kept.set(key, next)
    },
    clear() {
      dirty.delete(key)
      kept.remove(key)
    },
  }
}
