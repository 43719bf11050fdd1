/** What this device is set to: its store, its label, its sound, its printer. It stays on the device and is about no person. */
import { useSyncExternalStore } from 'react'

export type Device = {
  readonly label: string
  readonly storeId: string
  readonly hasSound: boolean
  readonly paperMm: 58 | 80
  /** Whether `/` jumps to the search field. */
  readonly hasSlashKey: boolean
}

const KEY = 'staff.device'
const DEFAULT: Device = { label: '', storeId: '', hasSound: true, paperMm: 80, hasSlashKey: true }

let current: Device | undefined
const listeners = new Set<() => void>()

export function device(): Device {
  current ??= read()
  return current
}

export function setDevice(changes: Partial<Device>): void {
  current = { ...device(), ...changes }
  localStorage.setItem(KEY, JSON.stringify(current))
  for (const listener of listeners) listener()
}

export function useDevice(): Device {
  return useSyncExternalStore(listen, device)
}

function listen(onChange: () => void): () => void {
  const onStorage = (event: StorageEvent) => {
    if (event.key !== KEY) return
    current = undefined
    onChange()
  }
  listeners.add(onChange)
  window.addEventListener('storage', onStorage)
  return () => {
    listeners.delete(onChange)
    window.removeEventListener('storage', onStorage)
  }
}

/** What another version of the page left may lack fields, and what is no record is none. */
function read(): Device {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(KEY) ?? '{}')
    const fields: Partial<Record<keyof Device, unknown>> = typeof value === 'object' && value !== null ? value : {}
    return {
      label: typeof fields.label === 'string' ? fields.label : DEFAULT.label,
      storeId: typeof fields.storeId === 'string' ? fields.storeId : DEFAULT.storeId,
      hasSound: fields.hasSound !== false,
      paperMm: fields.paperMm === 58 ? 58 : 80,
      hasSlashKey: fields.hasSlashKey !== false,
    }
  } catch {
    return DEFAULT
  }
}
