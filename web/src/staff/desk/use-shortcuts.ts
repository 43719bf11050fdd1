/** The function keys of the desk; each is also a button. Letters belong to the fields, so none of them is a command. */
import { useEffect, useRef } from 'react'
import { isSheetOpen } from '../../ui/sheet.tsx'
import { device } from '../device.ts'
import { type Command, KEYS } from './command-bar.tsx'

export function useShortcuts(onCommand: (command: Command) => void): void {
  const handler = useRef(onCommand)
  handler.current = onCommand
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (isSheetOpen()) return
      const isTyping =
        document.activeElement instanceof HTMLInputElement || document.activeElement instanceof HTMLSelectElement
      const isSlash = event.key === '/' && !isTyping && device().hasSlashKey
      const command = isSlash ? 'search' : KEYS.find(({ key }) => key === event.key)?.command
      if (command === undefined || event.ctrlKey || event.altKey || event.metaKey) return
      event.preventDefault()
      handler.current(command)
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [])
}
