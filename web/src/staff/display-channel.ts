/** What the customer's own screen is told, in the same browser: points and consent texts, never a name or a contact. */
import { routes } from './routes.ts'

export type Shown =
  | { readonly kind: 'idle' }
  | { readonly kind: 'coming'; readonly points: number; readonly minor: number }
  | { readonly kind: 'done'; readonly points: number; readonly available: number; readonly pending: number }
  | { readonly kind: 'undone'; readonly points: number; readonly available: number }
  | { readonly kind: 'consent'; readonly channel: 'email' | 'sms' }

const CHANNEL = 'revisit-display'
let sending: BroadcastChannel | undefined

export function show(shown: Shown): void {
  sending ??= new BroadcastChannel(CHANNEL)
  sending.postMessage(shown)
}

/** A window of its own, for the screen that the customer sees. */
export function openDisplay(): void {
  window.open(routes.href('display'), 'revisit-display', 'popup')
}

/** @returns what ends it. */
export function listen(onShown: (shown: Shown) => void): () => void {
  const channel = new BroadcastChannel(CHANNEL)
  channel.onmessage = ({ data }) => onShown(asShown(data))
  return () => channel.close()
}

/** Safe because only this page's own windows can post to a channel of this origin. */
function asShown(data: unknown): Shown {
  return data as Shown
}
