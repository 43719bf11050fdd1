/**
 * A sheet over the page, as the platform's own modal dialog: focus stays inside, Esc and a tap beside it close it, and
 * while one is open the page is not sent away to renew a session.
 */
import { type MouseEvent, type ReactNode, useId, useLayoutEffect, useRef } from 'react'
import { Icon } from './icons.tsx'

let open = 0

export function isSheetOpen(): boolean {
  return open > 0
}

type Props = {
  readonly title: ReactNode
  readonly closeLabel: string
  readonly onClose: () => void
  readonly children: ReactNode
}

export function Sheet({ title, closeLabel, onClose, children }: Props) {
  const dialog = useRef<HTMLDialogElement>(null)
  const id = useId()
  // Of the layout, so that whoever puts the focus elsewhere when the sheet goes has the last word.
  useLayoutEffect(() => {
    const before = document.activeElement
    const sheet = dialog.current
    sheet?.showModal()
    open += 1
    return () => {
      open -= 1
      // What lies below an open one takes no focus.
      sheet?.close()
      if (before instanceof HTMLElement) before.focus()
    }
  }, [])
  const onBeside = (event: MouseEvent<HTMLDialogElement>) => {
    if (event.target === event.currentTarget) onClose()
  }
  return (
    // Esc is the keyboard's way to what a tap beside the sheet does.
    // biome-ignore lint/a11y/useKeyWithClickEvents: the dialog's own cancel event is that key
    <dialog
      ref={dialog}
      className="sheet"
      aria-labelledby={id}
      onClick={onBeside}
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
    >
      <div className="sheet-head">
        <h2 id={id}>{title}</h2>
        <button type="button" className="button button-quiet" onClick={onClose} aria-label={closeLabel}>
          <Icon name="close" />
        </button>
      </div>
      <div className="sheet-body">{children}</div>
    </dialog>
  )
}
