/**
 * Every key, condition and query of the ledger. An account is written only over the version that was read and an entry
 * only where none is: two independent guards on one fact.
 */
import type { Context } from '../platform/context.ts'
import { Refusal } from '../platform/problem.ts'
import { getItem, getItems, putIf, putIfAbsent, type Row } from '../platform/table.ts'
import { dueKey, keys } from '../platform/table-design.ts'
import { InvariantBroken, LostRace, type Outcome, transact, type Write } from '../platform/transact.ts'
import { localDate } from '../shared/dates.ts'
import { type Account, brokenInvariant, type Posting } from './account.ts'
import { type Counted, type Counter, counterName } from './earning.ts'
import { type Entry, seal } from './entry.ts'
import {
  accountFromRow,
  type Decided,
  DecidedRow,
  type Reservation,
  ReservationRow,
  rowFromAccount,
  rowFromEntry,
} from './row-schema.ts'
import { type LapsedLots, lapsedReservations } from './settle.ts'

/** An account as read, with the rows of its reservations that have timed out meanwhile. */
export type Loaded = { readonly account: Account; readonly lapsed: readonly Reservation[] }

/** @throws Refusal `member_not_found` */
export async function loadAccount(ctx: Context, memberId: string): Promise<Loaded> {
  const row = await getItem(ctx.table, 'Ledger', keys.account(memberId))
  if (row === undefined) throw new Refusal('member_not_found')
  const account = accountFromRow(memberId, row)
  const ids = lapsedReservations(account, ctx.now)
  if (ids.length === 0) return { account, lapsed: [] }
  const rows = await getItems(
    ctx.table,
    'Ledger',
    ids.map((id) => keys.reservation(id)),
  )
  const lapsed = rows.map(reservationFromRow)
  if (lapsed.length < ids.length || lapsed.some(({ state }) => state !== 'RESERVED')) throw new LostRace()
  return { account, lapsed }
}

/** For a member named in a path: one that is not there is simply nothing. @throws Refusal `not_found` */
export async function loadNamedAccount(ctx: Context, memberId: string): Promise<Loaded> {
  try {
    return await loadAccount(ctx, memberId)
  } catch (error) {
    throw error instanceof Refusal && error.code === 'member_not_found' ? new Refusal('not_found') : error
  }
}

export function lapsedLots({ lapsed }: Loaded): LapsedLots {
  return Object.fromEntries(lapsed.map(({ id, lots }) => [id, lots]))
}

export async function loadOperation(ctx: Context, operation: string): Promise<Decided | undefined> {
  return decided(await getItem(ctx.table, 'Ledger', keys.operation(operation)))
}

export function decided(row: Row | undefined): Decided | undefined {
  return row && DecidedRow.parse(row)
}

export async function loadReservation(ctx: Context, id: string): Promise<Reservation | undefined> {
  const row = await getItem(ctx.table, 'Ledger', keys.reservation(id))
  return row && reservationFromRow(row)
}

export function reservationFromRow(row: Row): Reservation {
  return { ...ReservationRow.parse(row), id: String(row.pk).slice(2) }
}

/** Read after the account, so that a counter newer than the account version can only lose the race. */
export async function loadCounters(ctx: Context, memberId: string, counters: readonly Counter[]): Promise<Counted> {
  if (counters.length === 0) return new Map()
  const wanted = counters.map(({ ruleId, period }) => keys.counter(memberId, ruleId, period))
  const rows = await getItems(ctx.table, 'Ledger', wanted)
  return new Map(
    counters.map((counter) => {
      const { sk } = keys.counter(memberId, counter.ruleId, counter.period)
      return [counterName(counter), Number(rows.find((row) => row.sk === sk)?.n ?? 0)]
    }),
  )
}

export type Label = 'guard' | 'version' | 'entry' | 'race' | 'program'

export type Commit = {
  readonly loaded: Loaded
  readonly decision: { readonly account: Account; readonly postings: readonly Posting[]; readonly main: number }
  readonly operation: string
  readonly program: { readonly version: number; readonly zone: string }
  /** Which statuses of the account the command allows. */
  readonly statuses: readonly Account['status'][]
  /** The guard first, then whatever else belongs to the effect; given the entries, because guards name them. */
  readonly writes: (main: Entry) => readonly Write<Label>[]
}

/** `decided`: the guard was there before; its row tells what was decided. */
export type Committed =
  | { readonly kind: 'committed'; readonly entry: Entry }
  | { readonly kind: 'decided'; readonly row: Row }

/**
 * Writes one command's whole effect in one transaction.
 * @throws LostRace when the account, a receipt or a reservation changed since it was read
 * @throws InvariantBroken before sending what does not add up, and when an entry stands where the version says none can
 */
export async function commit(ctx: Context, { loaded, decision, ...about }: Commit): Promise<Committed> {
  const sealing = { operation: about.operation, program: about.program.version, actor: ctx.actor.id, at: ctx.now }
  const sealed = seal(loaded.account, decision.postings, { ...sealing, newId: () => ctx.newId('ent') })
  assertSound(sealed.account, decision.account)
  const main = sealed.entries[decision.main]
  if (main === undefined) throw new InvariantBroken('a commit without its entry')
  const outcome = await transact<Label>(ctx, [
    ...about.writes(main),
    accountWrite(loaded.account.version, sealed.account, about),
    ...sealed.entries.map(entryWrite),
    ...loaded.lapsed.map((reservation) => expireWrite(reservation)),
  ])
  return outcome.kind === 'committed' ? { kind: 'committed', entry: main } : resolved(outcome)
}

/** The guard is looked at first: what was decided before is answered, whatever else changed since. */
export function resolved({
  failed,
  isContended,
}: Extract<Outcome<Label>, { kind: 'refused' }>): Extract<Committed, { kind: 'decided' }> {
  const guard = failed.find(({ failsAs }) => failsAs === 'guard')
  if (guard) return { kind: 'decided', row: guard.row }
  // While another transaction commits, its entry may show before its account does; that is a lost race like any other.
  const isOnlyEntry = failed.every(({ failsAs }) => failsAs === 'entry')
  if (isOnlyEntry && !isContended) throw new InvariantBroken('I4 an entry stands above the version')
  throw new LostRace()
}

/** Bytes an account may take when written as JSON; far above any real one, far below DynamoDB's 400 KB. */
const ACCOUNT_BYTES_MAX = 16_384

function assertSound(account: Account, decided: Account): void {
  const broken = brokenInvariant(account) ?? brokenInvariant(decided)
  if (broken !== undefined) throw new InvariantBroken(broken)
  const isSame = JSON.stringify(account.balances) === JSON.stringify(decided.balances)
  if (!isSame) throw new InvariantBroken('I1 entries do not add up to the decision')
  if (JSON.stringify(rowFromAccount(account, undefined)).length > ACCOUNT_BYTES_MAX)
    throw new InvariantBroken('account too large')
}

function accountWrite(
  version: number,
  account: Account,
  { program, statuses }: Pick<Commit, 'program' | 'statuses'>,
): Write<Label> {
  const names = statuses.map((_, index) => `:s${index}`)
  return {
    table: 'Ledger',
    failsAs: 'version',
    put: {
      Item: rowFromAccount(account, dueOf(account, program.zone)),
      ConditionExpression: `v = :v AND s IN (${names.join(', ')})`,
      ExpressionAttributeValues: {
        ':v': version,
        ...Object.fromEntries(statuses.map((status, i) => [`:s${i}`, status])),
      },
    },
  }
}

function entryWrite(entry: Entry): Write<Label> {
  return absentWrite('entry', rowFromEntry(entry))
}

export function absentWrite(failsAs: Label, item: Row): Write<Label> {
  return { table: 'Ledger', failsAs, put: { Item: item, ConditionExpression: 'attribute_not_exists(pk)' } }
}

/** The guard of an operation known by its Idempotency-Key. */
export function operationWrite(operation: string, fingerprint: string, entry: Entry): Write<Label> {
  const row = { rv: 1, fp: fingerprint, memberId: entry.memberId, seq: entry.seq }
  return absentWrite('guard', { ...keys.operation(operation), ...row })
}

/** Records a refusal in place of the effect. @returns what was decided before, if anything was. */
export async function recordRefusal(ctx: Context, operation: string, row: Decided): Promise<Decided | undefined> {
  return decided(await putIfAbsent(ctx.table, 'Ledger', { ...keys.operation(operation), ...row }))
}

export function counterWrites(memberId: string, counted: Counted): Write<Label>[] {
  return [...counted].map(([name, n]) => {
    const [ruleId = '', period = ''] = name.split('#')
    return { table: 'Ledger', failsAs: 'race', put: { Item: { ...keys.counter(memberId, ruleId, period), rv: 1, n } } }
  })
}

export function reservationWrite({ id, ...reservation }: Reservation): Write<Label> {
  return absentWrite('race', { ...keys.reservation(id), ...reservation })
}

/** Ends an open reservation: captured or voided before its time. */
export function endReservation(
  ctx: Context,
  { id }: Reservation,
  end: { readonly state: 'CAPTURED' | 'VOIDED'; readonly done: NonNullable<Reservation['done']> },
): Write<Label> {
  return {
    table: 'Ledger',
    failsAs: 'guard',
    update: {
      Key: keys.reservation(id),
      UpdateExpression: 'SET #state = :state, done = :done',
      ConditionExpression: '#state = :reserved AND expiresAt > :now',
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: { ':state': end.state, ':done': end.done, ':reserved': 'RESERVED', ':now': ctx.now },
    },
  }
}

/** More refused tries than any till makes before the reservation times out; those beyond are refused anew each time. */
const REFUSALS_MAX = 10

/** Keeps a refusal on the open reservation that it was about. @throws LostRace when the reservation changed meanwhile */
export async function refuseReservation(
  ctx: Context,
  { id, refused = {}, ...reservation }: Reservation,
  { operation, ...row }: { readonly operation: string } & Pick<Decided, 'fp' | 'refusal'>,
): Promise<void> {
  const count = Object.keys(refused).length
  if (count >= REFUSALS_MAX) return
  const stood = await putIf(ctx.table, 'Ledger', {
    Item: { ...keys.reservation(id), ...reservation, refused: { ...refused, [operation]: row } },
    ConditionExpression: `#state = :reserved AND ${count === 0 ? 'attribute_not_exists(refused)' : 'size(refused) = :count'}`,
    ExpressionAttributeNames: { '#state': 'state' },
    ExpressionAttributeValues: { ':reserved': 'RESERVED', ...(count > 0 && { ':count': count }) },
  })
  if (stood) throw new LostRace()
}

function expireWrite({ id }: Reservation): Write<Label> {
  return {
    table: 'Ledger',
    failsAs: 'race',
    update: {
      Key: keys.reservation(id),
      UpdateExpression: 'SET #state = :expired',
      ConditionExpression: '#state = :reserved',
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: { ':expired': 'EXPIRED', ':reserved': 'RESERVED' },
    },
  }
}

/** The first day on which time will do something to this account; the sparse `due` index lists it then. */
function dueOf(account: Account, zone: string): string | undefined {
  const days = [
    ...Object.keys(account.lots).filter((expiry) => expiry !== 'never'),
    ...Object.keys(account.maturing).map((key) => key.slice(0, key.indexOf('|'))),
    ...Object.values(account.reservations).map(({ expiresAt }) => localDate(expiresAt, zone)),
  ].sort()
  return days[0] === undefined ? undefined : dueKey(days[0], account.memberId)
}

/** The audit trail's row of an entry. */
export function auditWrite(row: { readonly entryId: string } & Row): Write<Label> {
  const Item = { ...keys.audit(row.entryId), rv: 1, ...row }
  return { table: 'Operations', failsAs: 'entry', put: { Item, ConditionExpression: 'attribute_not_exists(pk)' } }
}

/** What members were told about adjustments, by entry id. */
export async function loadNotes(ctx: Context, entryIds: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (entryIds.length === 0) return new Map()
  const rows = await getItems(
    ctx.table,
    'Operations',
    entryIds.map((id) => keys.audit(id)),
  )
  return new Map(rows.map((row) => [String(row.entryId), String(row.note)]))
}
