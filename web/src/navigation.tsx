/** Moves between the screens of a page without loading it again; the browser's back button and its history are the state. */
import { type ComponentProps, type MouseEvent, useSyncExternalStore } from 'react'

const MOVED = 'moved'

export function navigate(href: string, { replace = false }: { replace?: boolean } = {}): void {
  if (replace) history.replaceState(null, '', href)
  else history.pushState({ inside: true }, '', href)
  window.dispatchEvent(new Event(MOVED))
}

/** Back where the reader came from inside the page, else to a screen that is always right. */
export function goBack(fallback: string): void {
  const state: unknown = history.state
  if (typeof state === 'object' && state !== null && 'inside' in state) history.back()
  else navigate(fallback, { replace: true })
}

export function usePathname(): string {
  return useSyncExternalStore(whenMoved, () => location.pathname)
}

/** @returns what ends it. */
export function whenMoved(onChange: () => void): () => void {
  window.addEventListener('popstate', onChange)
  window.addEventListener(MOVED, onChange)
  return () => {
    window.removeEventListener('popstate', onChange)
    window.removeEventListener(MOVED, onChange)
  }
}

/** A real link, so that it can be copied and opened elsewhere. */
export function Link({ href, onClick, ...rest }: ComponentProps<'a'> & { href: string }) {
  const follow = (event: MouseEvent<HTMLAnchorElement>) => {
    onClick?.(event)
    if (
      event.defaultPrevented ||
      event.button !== 0 ||
      event.metaKey ||
      event.ctrlKey ||
      event.shiftKey ||
      event.altKey
    )
      return
    event.preventDefault()
    navigate(href)
  }
  return <a {...rest} href={href} onClick={follow} />
}
