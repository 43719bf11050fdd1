/** Why an entry is what it is, as a sentence of the page: `why.<code>` with the part's own values, and what kind of entry it is. */
import type { BecausePart, Entry } from '../wire.ts'
import type { Formats } from './formats.ts'
import { written } from './problem-text.ts'
import type { CommonId, Values } from './provider.tsx'

type Tools = {
  readonly t: (id: CommonId, values?: Values) => string
  readonly has: (id: string) => boolean
  readonly formats: Formats
}

/** The service's own words where it has learnt a reason that this page does not know yet. */
export function whyWords(part: BecausePart, { t, has, formats }: Tools): string {
  const id = `why.${part.code}`
  if (!has(id)) return part.text
  const { perMinor } = part.params
  const params = Object.entries(part.params).map(([name, value]) => [name, written(value, formats)])
  return t(asKnown(id), {
    ...NONE,
    ...Object.fromEntries(params),
    n: formats.points(Math.abs(part.points)),
    step: typeof perMinor === 'number' ? formats.money(perMinor) : '',
  })
}

/** What a sentence may name and a part may leave out. */
const NONE = { points: '', until: 'none' }

/** A line that the clock wrote is named by what it did, and one about the account itself by its reason. */
export function entryWords(entry: Pick<Entry, 'type' | 'because'>, tools: Tools): string {
  const { t } = tools
  const [reason] = entry.because
  if (entry.type === 'STATE' && reason) return whyWords(reason, tools)
  const kind = entry.type === 'SETTLE' ? (SETTLED[entry.because[0]?.code ?? ''] ?? 'SETTLE') : entry.type
  return t(ENTRY_IDS.find((id) => id === `entry.${kind}`) ?? 'entry.other')
}

/** A line that moves nothing is named by its reason: what kind it is says nothing to its reader. */
export function lineWords(entry: Pick<Entry, 'type' | 'points' | 'because'>, tools: Tools): string {
  const [reason] = entry.because
  return entry.points === 0 && reason ? whyWords(reason, tools) : entryWords(entry, tools)
}

const SETTLED: Readonly<Record<string, string>> = {
  activated: 'ACTIVATED',
  expired: 'EXPIRED',
  tier_up: 'TIER',
  tier_kept: 'TIER',
  tier_down: 'TIER',
  tier_replaced: 'TIER',
  tier_counted: 'TIER',
}

export const ENTRY_IDS = [
  'entry.EARN',
  'entry.GRANT',
  'entry.SETTLE',
  'entry.ACTIVATED',
  'entry.EXPIRED',
  'entry.TIER',
  'entry.REDEEM',
  'entry.RESERVE',
  'entry.CAPTURE',
  'entry.VOID',
  'entry.REVERSE',
  'entry.RESTORE',
  'entry.ADJUST',
  'entry.TRANSFER_OUT',
  'entry.TRANSFER_IN',
  'entry.MERGE_OUT',
  'entry.MERGE_IN',
  'entry.IMPORT',
  'entry.STATE',
  'entry.CLOSE',
] as const

/** Safe because it was looked up among the messages before. */
function asKnown(id: string): CommonId {
  return id as CommonId
}
