/**
 * Listens for a scanner before any field does: what a scan wrote into a field is taken out again, and the whole scan goes
 * where its shape says. A person's typing passes untouched.
 */
import { useEffect, useRef } from 'react'
import { hear, isFirst, NO_BURST } from './wedge.ts'

type Before = { readonly field: HTMLInputElement; readonly text: string }

/** @param onScan says whether it took the scan; one that it leaves stays where it was typed, with its Enter. */
export function useWedge(onScan: (text: string, field: HTMLInputElement | undefined) => boolean): void {
  const handler = useRef(onScan)
  handler.current = onScan
  useEffect(() => {
    let burst = NO_BURST
    let before: Before | undefined
    const onKey = (event: KeyboardEvent) => {
      const { key, code, shiftKey: shift, isComposing: composing } = event
      const heard = hear(burst, { key, code, shift, composing, at: event.timeStamp })
      burst = heard.burst
      // Heard before the field is changed, so this is the field as it was.
      if (isFirst(burst)) before = fieldNow()
      if (heard.scan === undefined || !handler.current(heard.scan, before?.field)) return
      event.preventDefault()
      event.stopPropagation()
      if (before) restore(before)
    }
    window.addEventListener('keydown', onKey, { capture: true })
    return () => window.removeEventListener('keydown', onKey, { capture: true })
  }, [])
}

function fieldNow(): Before | undefined {
  const field = document.activeElement
  return field instanceof HTMLInputElement ? { field, text: field.value } : undefined
}

/** Through the platform's own setter, so that the page hears of it as of any typing. */
function restore({ field, text }: Before): void {
  if (field.value === text) return
  const setter = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set
  setter?.call(field, text)
  field.dispatchEvent(new InputEvent('input', { bubbles: true }))
}
