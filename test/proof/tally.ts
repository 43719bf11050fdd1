/** Counts what happened in runs of the proof, adds counts up, and says which of them must not be zero and are. */
import { type Counts, FAULT_KINDS, rareFaults } from './faults.ts'
import type { Run } from './play.ts'
import { STEP_KINDS } from './shop.ts'
import { OUTCOME_ROWS } from './witness.ts'

const GROUPS = ['steps', 'commands', 'outcomes', 'faults', 'rows', 'told'] as const
type Group = (typeof GROUPS)[number]
export type Tally = Record<Group, Record<string, number>> & { runs: number; operations: number; injected: number }

export function emptyTally(): Tally {
  return { runs: 0, operations: 0, injected: 0, steps: {}, commands: {}, outcomes: {}, faults: {}, rows: {}, told: {} }
}

export function tallyOf({ world, recorder, steps }: Run): Tally {
  const tally = emptyTally()
  tally.runs = 1
  tally.operations = recorder.calls.length
  tally.injected = world.faults?.total ?? 0
  tally.steps = { ...steps }
  tally.faults = { ...world.faults?.injected }
  tally.rows = { ...world.wire.witness.rows }
  tally.told = Object.fromEntries(world.told)
  for (const { name, outcome } of recorder.calls) {
    count(tally.commands, name)
    count(tally.outcomes, outcome.kind === 'refused' ? `refused ${outcome.code}` : outcome.kind)
    if ('isRepeat' in outcome && outcome.isRepeat) count(tally.outcomes, 'answered again')
  }
  return tally
}

function count(counts: Record<string, number>, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1
}

export function addTally(into: Tally, more: Tally): void {
  into.runs += more.runs
  into.operations += more.operations
  into.injected += more.injected
  for (const group of GROUPS) {
    for (const [name, number] of Object.entries(more[group])) into[group][name] = (into[group][name] ?? 0) + number
  }
}

/** Rows that only a planted state or a defect of ours reaches; a scene of their own does. */
const PLANTED: readonly string[] = ['our defect']
const REFUSALS = [
  'account_closed',
  'account_frozen',
  'account_not_frozen',
  'approval_required',
  'budget_exhausted',
  'idempotency_key_reused',
  'insufficient_points',
  'member_limit',
  'receipt_conflict',
  'receipt_refunded',
  'redemption_returned',
  'refund_exceeds_purchase',
  'reservation_captured',
  'reservation_expired',
  'reservation_voided',
  'sold_out',
  'step_refused',
  'voucher_used',
]
/** What the executor and the door say of themselves when they took a branch. */
const TOLD = [
  'command try_again',
  'command outcome_unknown',
  'transaction repeated busy',
  'transaction repeated unknown',
]

/** @returns what was never seen although every run of this size must see it. */
export function unseen(tally: Tally, { isFaulty }: { readonly isFaulty: boolean }): string[] {
  const missing = (group: Group, names: readonly string[]) =>
    names.filter((name) => !tally[group][name]).map((name) => `${group}: ${name} was never seen`)
  const rows = OUTCOME_ROWS.filter((row) => !PLANTED.includes(row))
  const always = [
    ...missing('steps', STEP_KINDS),
    ...missing('outcomes', ['done', 'shown', 'accepted', 'answered again']),
    ...missing(
      'outcomes',
      REFUSALS.map((code) => `refused ${code}`),
    ),
  ]
  if (!isFaulty) return always
  return [
    ...always,
    ...missing('outcomes', ['unknown']),
    ...missing('rows', rows),
    ...missing('told', TOLD),
    ...rareOf(tally),
  ]
}

/** Kinds of faults that were much rarer than their weight demands. */
export function rareOf({ faults }: Tally): string[] {
  const counts = Object.fromEntries(FAULT_KINDS.map((kind) => [kind, faults[kind] ?? 0]))
  return rareFaults(counts as Counts)
}

/** In columns, for people. */
export function shown(tally: Tally): string {
  const lines = GROUPS.filter((group) => Object.keys(tally[group]).length > 0).map((group) => {
    const counts = Object.entries(tally[group]).sort(([, a], [, b]) => b - a)
    return `  ${group}: ${counts.map(([name, number]) => `${name} ${number}`).join(', ')}`
  })
  const { runs, operations, injected } = tally
  const share = operations === 0 ? 0 : injected / operations
  return [`${operations} operations in ${runs} runs, ${injected} faults (${share.toFixed(2)} each)`, ...lines].join(
    '\n',
  )
}
