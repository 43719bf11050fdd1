/**
 * Looks at every transaction as it commits or is refused: counts which row of the outcome table it was, and checks the
 * very items that were written, so that a sum that is wrong for a moment is not mended unseen.
 */
import { TransactionCanceledException } from '@aws-sdk/client-dynamodb'
import { signalOf } from '../../functions/platform/transact.ts'
import type { DynamoCall } from '../../local/dynamo-call.ts'

export const OUTCOME_ROWS = [
  'committed',
  'guard failed',
  'version failed',
  'entry failed',
  'shard failed',
  'other condition failed',
  'transaction conflict',
  'throttled',
  'in progress',
  'unknown',
  'our defect',
] as const
export type OutcomeRow = (typeof OUTCOME_ROWS)[number]

type Numbers = Readonly<Record<string, number>>
type Item = Readonly<Record<string, unknown>> & { readonly pk: string; readonly sk: string }

export class Witness {
  readonly rows = Object.fromEntries(OUTCOME_ROWS.map((row) => [row, 0])) as Record<OutcomeRow, number>
  readonly violations: string[] = []

  committed(call: DynamoCall, input: object): void {
    if (call.kind !== 'transaction') return
    this.rows.committed += 1
    const { TransactItems = [] } = input as { TransactItems?: readonly { Put?: { Item?: Item } }[] }
    for (const { Put } of TransactItems) {
      if (Put?.Item) this.violations.push(...brokenImage(Put.Item))
    }
  }

  met(call: DynamoCall, error: unknown): void {
    if (call.kind !== 'transaction') return
    for (const row of rowsOf(call, error)) this.rows[row] += 1
  }
}

function rowsOf(call: DynamoCall, error: unknown): OutcomeRow[] {
  if (error instanceof TransactionCanceledException) {
    const reasons = error.CancellationReasons ?? []
    const failed = reasons.flatMap(({ Code }, index) =>
      Code === 'ConditionalCheckFailed' ? [conditionOf(call.items[index]?.item ?? '')] : [],
    )
    if (failed.length > 0) return [...new Set(failed)]
    if (reasons.some(({ Code }) => Code === 'TransactionConflict')) return ['transaction conflict']
    if (reasons.some(({ Code }) => Code === 'ThrottlingError')) return ['throttled']
    return ['our defect']
  }
  if (!(error instanceof Error)) return ['our defect']
  if (error.name === 'TransactionInProgressException') return ['in progress']
  if (error.name === 'ThrottlingException') return ['throttled']
  return [signalOf(error) === 'unknown' ? 'unknown' : 'our defect']
}

/** By the key of the item whose condition failed. */
function conditionOf(item: string): OutcomeRow {
  if (/"ACCOUNT"/.test(item)) return 'version failed'
  if (/"E#\d+"/.test(item)) return 'entry failed'
  if (/"(OP|RECEIPT|RESERVATION)"|"REFUND#/.test(item)) return 'guard failed'
  return /"K#/.test(item) ? 'shard failed' : 'other condition failed'
}

/** @returns what of I2, I3 and I7 the item breaks. */
function brokenImage(item: Item): string[] {
  if (item.sk === 'ACCOUNT') return brokenAccount(item)
  if (item.sk !== 'RECEIPT' || item.state !== 'AWARDED') return []
  const { awarded, taken, amount, refunded } = item as Item & {
    awarded: number
    taken: number
    amount: number
    refunded: { bare: number; byLine: Numbers }
  }
  const all = refunded.bare + total(refunded.byLine)
  return taken > awarded || all > amount
    ? [`I7 ${item.pk}: taken ${taken} of ${awarded}, refunded ${all} of ${amount}`]
    : []
}

function brokenAccount(item: Item): string[] {
  const {
    a,
    p,
    r,
    d,
    l = {},
    m = {},
    o = {},
  } = item as unknown as Record<'a' | 'p' | 'r' | 'd', number> & {
    l?: Numbers
    m?: Numbers
    o?: Readonly<Record<string, readonly [number, number]>>
  }
  const held = Object.values(o).reduce((sum, [points]) => sum + points, 0)
  const parts = [a, p, r, d, ...Object.values(l), ...Object.values(m)]
  return [
    ...(total(l) === a && total(m) === p && held === r
      ? []
      : [`I2 ${item.pk}: ${JSON.stringify({ a, p, r, l, m, o })}`]),
    ...(parts.every((part) => part >= 0) && (d === 0 || a === 0)
      ? []
      : [`I3 ${item.pk}: ${JSON.stringify({ a, p, r, d })}`]),
  ]
}

function total(numbers: Numbers): number {
  return Object.values(numbers).reduce((sum, number) => sum + number, 0)
}
