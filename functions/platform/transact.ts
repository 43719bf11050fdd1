/**
 * Sends one labelled transaction and turns every answer of DynamoDB into an outcome the business understands. Only what
 * can be repeated without harm is repeated here, always with the same token and the same bytes.
 */
import { randomUUID } from 'node:crypto'
import { TransactionCanceledException } from '@aws-sdk/client-dynamodb'
import { TransactWriteCommand, type TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb'
import type { Context } from './context.ts'
import { causeOf } from './log.ts'
import { Refusal } from './problem.ts'
import { CAPACITY, plainRow, type Row } from './table.ts'
import type { TableName } from './table-design.ts'

type Item = NonNullable<TransactWriteCommandInput['TransactItems']>[number]
type WithoutTable<T> = Omit<NonNullable<T>, 'TableName'>

/**
 * One write and what it means when its condition fails: `guard` the operation was decided before, `version` another
 * command was faster, `invariant` something that cannot be is, or any name the caller gives.
 */
export type Write<Label extends string = string> = {
  readonly table: TableName
  readonly failsAs: Label
} & (
  | { readonly put: WithoutTable<Item['Put']> }
  | { readonly update: WithoutTable<Item['Update']> }
  | { readonly remove: WithoutTable<Item['Delete']> }
  | { readonly check: WithoutTable<Item['ConditionCheck']> }
)

export type Outcome<Label extends string> =
  | { readonly kind: 'committed' }
  /**
   * `failed` lists the refused writes in the order given, each with the row that stood there. `isContended`: another
   * transaction held some item, so what the other conditions would have said is not known.
   */
  | { readonly kind: 'refused'; readonly failed: readonly Failed<Label>[]; readonly isContended: boolean }

export type Failed<Label extends string> = { readonly failsAs: Label; readonly row: Row }

/** The account changed between load and commit; the door decides again from a fresh load. */
export class LostRace extends Error {
  override name = 'LostRace'
}

/** Two guards on one fact disagree. Never retried, never skipped; it raises the alarm `LedgerInvariant`. */
export class InvariantBroken extends Error {
  override name = 'InvariantBroken'
}

/** Sends of one transaction; a race that is lost is decided anew as often as the deadline allows. */
const TRIES_MAX = 8
export const DEADLINE_MS = 3_000
const BACKOFF_MS = { least: 10, most: 200 }

/** Full jitter between 10 ms and a bound that doubles from 20 to 200 ms. */
export async function backOff(ctx: Context, tries: number): Promise<void> {
  const most = Math.min(BACKOFF_MS.most, BACKOFF_MS.least * 2 ** tries)
  await ctx.wait(BACKOFF_MS.least + ctx.random(most - BACKOFF_MS.least + 1))
}

/**
 * @throws LostRace where another transaction held an item
 * @throws Refusal `try_again` when it stayed busy, `outcome_unknown` when an answer was lost and none came since
 */
export async function transact<Label extends string>(
  ctx: Context,
  writes: readonly Write<Label>[],
): Promise<Outcome<Label>> {
  const command = {
    TransactItems: writes.map((write) => itemOf(ctx, write)),
    ClientRequestToken: randomUUID(),
    ...CAPACITY,
  }
  let isUnknown = false
  for (let tries = 1; ; tries += 1) {
    try {
      const answer = await ctx.table.writer.send(new TransactWriteCommand(command))
      ctx.table.usage.requests += 1
      for (const part of answer.ConsumedCapacity ?? []) ctx.table.usage.writeUnits += part.CapacityUnits ?? 0
      return { kind: 'committed' }
    } catch (error) {
      ctx.table.usage.requests += 1
      const failed = refusedWrites(error, writes)
      if (failed.length > 0) return { kind: 'refused', failed, isContended: isContended(error) }
      const signal = signalOf(error)
      if (signal === 'defect') throw error
      // Who holds an item is about to change it: these bytes have lost, and sending them again would only hold it longer.
      // Unless an answer was lost before: then it may be ourselves who hold it.
      if (!isUnknown && isConflict(error)) throw new LostRace()
      isUnknown ||= signal === 'unknown'
      ctx.log({
        level: 'warn',
        message: 'transaction repeated',
        requestId: ctx.requestId,
        outcome: signal,
        cause: causeOf(error),
      })
      if (tries === TRIES_MAX || ctx.elapsed() > DEADLINE_MS)
        throw new Refusal(isUnknown ? 'outcome_unknown' : 'try_again')
      await backOff(ctx, tries)
    }
  }
}

function itemOf(ctx: Context, write: Write): Item {
  const common = { TableName: ctx.table.names[write.table], ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } as const
  if ('put' in write) return { Put: { ...write.put, ...common } }
  if ('update' in write) return { Update: { ...write.update, ...common } }
  if ('remove' in write) return { Delete: { ...write.remove, ...common } }
  return { ConditionCheck: { ...write.check, ...common } }
}

function refusedWrites<Label extends string>(error: unknown, writes: readonly Write<Label>[]) {
  if (!(error instanceof TransactionCanceledException)) return []
  return writes.flatMap((write, index) => {
    const reason = error.CancellationReasons?.[index]
    return reason?.Code === 'ConditionalCheckFailed' ? [{ failsAs: write.failsAs, row: plainRow(reason.Item) }] : []
  })
}

function isContended(error: unknown): boolean {
  const reasons = error instanceof TransactionCanceledException ? (error.CancellationReasons ?? []) : []
  return reasons.some(({ Code }) => BUSY.has(Code ?? ''))
}

/** Other transactions held every item that this one was refused for. */
function isConflict(error: unknown): boolean {
  if (!(error instanceof TransactionCanceledException)) return false
  const told = (error.CancellationReasons ?? []).map(({ Code }) => Code ?? 'None').filter((code) => code !== 'None')
  return told.length > 0 && told.every((code) => code === 'TransactionConflict')
}

const BUSY = new Set([
  'TransactionConflict',
  'TransactionConflictException',
  'TransactionInProgressException',
  'ThrottlingError',
  'ThrottlingException',
  'ProvisionedThroughputExceeded',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
])

const LOST = new Set(['TimeoutError', 'ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN'])

/** `busy`: nothing was written. `unknown`: the answer was lost, it may have been written. `defect`: ours, never repeated. */
export function signalOf(error: unknown): 'busy' | 'unknown' | 'defect' {
  if (!(error instanceof Error)) return 'defect'
  if (error instanceof TransactionCanceledException) {
    const codes = (error.CancellationReasons ?? []).map((reason) => reason.Code ?? 'None')
    const told = codes.filter((code) => code !== 'None')
    return told.length > 0 && told.every((code) => BUSY.has(code)) ? 'busy' : 'defect'
  }
  if (BUSY.has(error.name)) return 'busy'
  const { code, $metadata } = error as { code?: string; $metadata?: { httpStatusCode?: number } }
  if (LOST.has(error.name) || LOST.has(code ?? '')) return 'unknown'
  return ($metadata?.httpStatusCode ?? 0) >= 500 ? 'unknown' : 'defect'
}
