/**
 * Checks on the reader's own device that no line of their account was changed, dropped or added: every entry names its place, follows
 * the hash of the one before, and adds up to the balances that it states.
 */
import type { Balances, Proof } from '../wire.ts'

export type Verdict = { readonly isWhole: boolean; readonly count: number; readonly brokenAt?: number }

const NOTHING: Balances = { available: 0, pending: 0, reserved: 0, debt: 0 }
const PARTS = ['available', 'pending', 'reserved', 'debt'] as const

/** @param pages the answers of the proof in their order. */
export async function verifyProof(pages: readonly Proof[]): Promise<Verdict> {
  const last = pages.at(-1)
  let hash = ''
  let count = 0
  let after = NOTHING
  for (const { canonical, hash: told } of pages.flatMap(({ entries }) => entries)) {
    const entry = asCanonical(JSON.parse(canonical))
    const hasOwnPlace = entry.memberId === last?.memberId && entry.seq === count + 1
    const adds = PARTS.every((part) => entry.after[part] === after[part] + (entry.delta[part] ?? 0))
    if (!hasOwnPlace || !adds || told !== (await sha256(hash + canonical)))
      return { isWhole: false, count, brokenAt: count + 1 }
    hash = told
    count += 1
    after = entry.after
  }
  return { isWhole: last !== undefined && hash === last.head && count === last.version, count }
}

type Canonical = {
  readonly memberId: string
  readonly seq: number
  readonly delta: Partial<Balances>
  readonly after: Balances
}

/** Safe because every field is compared with what it must be, and a missing one equals nothing. */
function asCanonical(value: unknown): Canonical {
  return { delta: {}, after: NOTHING, ...(value as object) } as Canonical
}

async function sha256(text: string): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)))
  return btoa(String.fromCharCode(...digest))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
}
