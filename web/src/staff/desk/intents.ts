/**
 * What was meant at the desk and whose answer is not known yet: kept on the device with its key and its very content, over
 * a closed panel, another member, a reload and other tabs, so that it is carried out once.
 */
import { useQuery } from '@tanstack/react-query'
import { newKey } from '../../api.ts'
import type { Problem } from '../../problem.ts'
import type { Texts } from '../../wire.ts'
import { kept } from '../person.ts'
import { usePlace } from '../place.tsx'
import type { Reserved } from '../wire.ts'

export type Wish = {
  readonly kind:
    | 'redeem'
    | 'reserve'
    | 'capture'
    | 'giveUp'
    | 'handOver'
    | 'release'
    | 'voucher'
    | 'refund'
    | 'undo'
    | 'correct'
    | 'reassign'
  /** Sent one after the other; the answer to the last is the answer. */
  readonly steps: readonly { readonly path: string; readonly body: unknown }[]
  /** What it is told as, when the screen that it was made on is gone. */
  readonly points?: number
  readonly name?: string | Texts
  readonly reserved?: Reserved
}

export type Intent = Wish & { readonly key: string }

/** For a browser that keeps nothing: at least this page remembers. */
const held = new Map<string, Intent>()

/** @param subject whose or what one thing at a time is meant for. Its key is the person's, so nobody else goes on with it. */
export function placeOf(sub: string, subject: string): string {
  return `intent.${sub}.${subject}`
}

export async function openIntent(place: string): Promise<Intent | null> {
  return asIntent(await kept.get(place)) ?? held.get(place) ?? null
}

/** @param wish one that was open before brings its key. @returns what is open there already, else this one from now on. */
export async function beginIntent(place: string, wish: Wish): Promise<{ intent: Intent; isFirst: boolean }> {
  const fresh = held.get(place) ?? { key: newKey(), ...wish }
  const isHeld = held.has(place)
  const intent = asIntent(await kept.first(place, fresh)) ?? fresh
  held.set(place, intent)
  return { intent, isFirst: !isHeld && !('key' in wish) && intent.key === fresh.key }
}

export async function endIntent(place: string): Promise<void> {
  held.delete(place)
  await kept.remove(place)
}

/** A slip says by its subject what is meant: made anew, it differs only by the time. */
export function isSameWish(a: Wish, b: Wish): boolean {
  return a.kind === b.kind && (OF_A_SLIP.includes(a.kind) || JSON.stringify(a.steps) === JSON.stringify(b.steps))
}

const OF_A_SLIP: readonly Wish['kind'][] = ['refund', 'undo', 'correct', 'reassign']

/** Whether it is known now what became of it. A door that is shut says nothing of a try before. */
export function isFinal({ isUnknown, facts: { status } }: Problem, isFirst: boolean): boolean {
  if (isUnknown || status < 400 || status === 401 || status === 429) return false
  return isFirst || status !== 403
}

/** @returns undefined until it is known whether there is one. */
export function useOpenIntent(subject: string): Intent | null | undefined {
  const { person } = usePlace()
  const place = placeOf(person.sub, subject)
  return useQuery({
    queryKey: ['intent', place],
    queryFn: () => openIntent(place),
    networkMode: 'always',
    staleTime: 0,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  }).data
}

/** Safe because only this page writes there, and what it wrote had the other fields too. */
function asIntent(value: unknown): Intent | undefined {
  return typeof value === 'object' && value !== null && 'key' in value && 'steps' in value
    ? (value as Intent)
    : undefined
}
