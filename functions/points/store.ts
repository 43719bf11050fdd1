/**
 * Every key, condition and query of the ledger. An account is written only over the version that was read and an entry
 * only where none is: two independent guards on one fact.
 */
import type { Context } from '../platform/context.ts'
import { Refusal } from '../platform/problem.ts'
import { getItem, getItems, putIfAbsent, type Row } from '../platform/table.ts'
import { dueKey, keys } from '../platform/table-design.ts'
import { InvariantBroken, LostRace, type Outcome, transact, type Write } from '../platform/transact.ts'
import { addToDate, localDate } from '../shared/dates.ts'
import { type Account, brokenInvariant, type Posting } from './account.ts'
import { type Counted, type Counter, counterName } from './earning.ts'
import { type Entry, seal } from './entry.ts'
import { givenBack, type Move, moveWrites } from './move-store.ts'
import { expireWrite, loadReservations, sourceOf } from './reservation-store.ts'
import {
  accountFromRow,
  type Decided,
  DecidedRow,
  type Reservation,
  rowFromAccount,
  rowFromEntry,
} from './row-schema.ts'
import { type LapsedLots, lapsedReservations } from './settle.ts'
import { isWaiting } from './tiers.ts'

/** An account as read, with the rows of its reservations that have timed out meanwhile. */
export type Loaded = { readonly account: Account; readonly lapsed: readonly Reservation[] }

/** A member may be merged again and again, but nobody does it this often. */
const MERGES_MAX = 32

/**
 * The account that stands for a member now: the survivor's where the member was merged.
 * @throws Refusal `member_not_found`
 */
export async function loadAccount(ctx: Context, memberId: string): Promise<Loaded> {
  let account = await readAccount(ctx, memberId)
  for (let merges = 0; account?.mergedInto !== undefined && merges < MERGES_MAX; merges += 1) {
    account = await readAccount(ctx, account.mergedInto)
  }
  if (account === undefined) throw new Refusal('member_not_found')
  return withLapsed(ctx, account)
}

/** The member's own account, also when it was merged into another. @throws Refusal `member_not_found` */
export async function loadOwnAccount(ctx: Context, memberId: string): Promise<Loaded> {
  const account = await readAccount(ctx, memberId)
  if (account === undefined) throw new Refusal('member_not_found')
  return withLapsed(ctx, account)
}

async function readAccount(ctx: Context, memberId: string): Promise<Account | undefined> {
  const row = await getItem(ctx.table, 'Ledger', keys.account(memberId))
  return row && accountFromRow(memberId, row)
}

async function withLapsed(ctx: Context, account: Account): Promise<Loaded> {
  const ids = lapsedReservations(account, ctx.now)
  const lapsed = await loadReservations(ctx, ids)
  if (lapsed.length < ids.length || lapsed.some(({ state }) => state !== 'RESERVED')) throw new LostRace()
  return { account, lapsed }
}

/** For a member named in a path: one that is not there is simply nothing. @throws Refusal `not_found` */
export async function loadNamedAccount(
  ctx: Context,
  memberId: string,
  load: typeof loadAccount = loadAccount,
): Promise<Loaded> {
  try {
    return await load(ctx, memberId)
  } catch (error) {
    throw error instanceof Refusal && error.code === 'member_not_found' ? new Refusal('not_found') : error
  }
}

export function lapsedLots({ lapsed }: Loaded): LapsedLots {
  return Object.fromEntries(lapsed.map((held) => [held.id, { lots: held.lots, source: sourceOf(held) }]))
}

export async function loadOperation(ctx: Context, operation: string): Promise<Decided | undefined> {
  return decided(await getItem(ctx.table, 'Ledger', keys.operation(operation)))
}

export function decided(row: Row | undefined): Decided | undefined {
  return row && DecidedRow.parse(row)
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

export type Label = 'guard' | 'version' | 'entry' | 'race' | 'program' | 'approval' | 'shard' | 'back'

/** What a command does to one account. */
export type Part = {
  readonly loaded: Loaded
  readonly decision: { readonly account: Account; readonly postings: readonly Posting[]; readonly main: number }
  /** Which statuses of the account the command allows. */
  readonly statuses: readonly Account['status'][]
}

type Effect<Main> = {
  readonly operation: string
  readonly program: { readonly version: number; readonly zone: string }
  /** The guard first, then whatever else belongs to the effect; given the entries, because guards name them. */
  readonly writes: (main: Main) => readonly Write<Label>[]
  /** What it takes from stocks, budgets and limits, or gives back to them. */
  readonly moves?: ((main: Main) => readonly Move[]) | undefined
}
export type Commit = Part & Effect<Entry>
/** The main entries come in the order of the parts. */
export type CommitAll = { readonly parts: readonly Part[] } & Effect<readonly Entry[]>

/** `decided`: the guard was there before; its row tells what was decided. */
export type Committed = { readonly kind: 'committed'; readonly entry: Entry } | AlreadyDecided
export type CommittedAll = { readonly kind: 'committed'; readonly entries: readonly Entry[] } | AlreadyDecided
type AlreadyDecided = { readonly kind: 'decided'; readonly row: Row }

/** Writes the whole effect of a command on one account. @throws as `commitAll` */
export async function commit(ctx: Context, { loaded, decision, statuses, ...effect }: Commit): Promise<Committed> {
  const committed = await commitAll(ctx, {
    ...effect,
    parts: [{ loaded, decision, statuses }],
    writes: ([main]) => (main ? effect.writes(main) : []),
    moves: ([main]) => (main && effect.moves?.(main)) ?? [],
  })
  if (committed.kind === 'decided') return committed
  const [entry] = committed.entries
  if (entry === undefined) throw new InvariantBroken('a commit without its entry')
  return { kind: 'committed', entry }
}

/**
 * Writes one command's whole effect, on one account or several, in one transaction.
 * @throws LostRace when an account, a receipt or a reservation changed since it was read
 * @throws InvariantBroken before sending what does not add up, when an entry stands where the version says none can, and
 * when more comes back to a stock or a limit than was taken from it
 * @throws ShardEmpty when a stock or a budget had too little left
 */
export async function commitAll(ctx: Context, { parts, writes, moves, ...about }: CommitAll): Promise<CommittedAll> {
  const { operation, program } = about
  const sealing = { operation, program: program.version, actor: ctx.actor.id, at: ctx.now }
  const sealed = parts.map(({ loaded, decision }) => {
    const result = seal(loaded.account, decision.postings, { ...sealing, newId: () => ctx.newId('ent') })
    assertSound(result.account, decision.account)
    return result
  })
  const entries = parts.map(({ decision }, index) => sealed[index]?.entries[decision.main])
  const mains = entries.filter((entry) => entry !== undefined)
  if (mains.length < parts.length) throw new InvariantBroken('a commit without its entry')
  const outcome = await transact<Label>(ctx, [
    ...writes(mains),
    ...parts.flatMap((part, index) => partWrites(part, sealed[index], program.zone)),
    ...parts.flatMap(({ loaded }) => loaded.lapsed.map((reservation) => expireWrite(ctx, reservation))),
    ...moveWrites([...(moves?.(mains) ?? []), ...parts.flatMap(({ loaded }) => loaded.lapsed.flatMap(givenBack))]),
  ])
  return outcome.kind === 'committed' ? { kind: 'committed', entries: mains } : resolved(outcome)
}

function partWrites({ loaded, statuses }: Part, sealed: ReturnType<typeof seal> | undefined, zone: string) {
  if (sealed === undefined) return []
  return [accountWrite(loaded.account.version, sealed.account, { zone, statuses }), ...sealed.entries.map(entryWrite)]
}

/** A stock or a budget has less left than was to be drawn from it; nothing was written. */
export class ShardEmpty extends Error {
  override name = 'ShardEmpty'
}

/** The guard is looked at first: what was decided before is answered, whatever else changed since. */
export function resolved({ failed, isContended }: Extract<Outcome<Label>, { kind: 'refused' }>): AlreadyDecided {
  const guard = failed.find(({ failsAs }) => failsAs === 'guard')
  if (guard) return { kind: 'decided', row: guard.row }
  // While another transaction commits, its entry may show before its account does; that is a lost race like any other.
  const isOnly = (label: Label) => !isContended && failed.every(({ failsAs }) => failsAs === label)
  if (isOnly('entry')) throw new InvariantBroken('I4 an entry stands above the version')
  if (isOnly('back')) throw new InvariantBroken('I10 more comes back than was taken')
  if (failed.some(({ failsAs }) => failsAs === 'shard')) throw new ShardEmpty()
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
  { zone, statuses }: { readonly zone: string } & Pick<Part, 'statuses'>,
): Write<Label> {
  const names = statuses.map((_, index) => `:s${index}`)
  return {
    table: 'Ledger',
    failsAs: 'version',
    put: {
      Item: rowFromAccount(account, dueOf(account, zone)),
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
  const row = { rv: 1, fp: fingerprint, memberId: entry.memberId, seq: entry.seq, at: entry.at }
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

/**
 * The first day from whose start on time has done something to this account; the sparse `due` index lists it then. Lots
 * are valid through their last day, and a reservation times out somewhere within its own.
 */
export function dueOf(account: Account, zone: string): string | undefined {
  const ends = [
    ...Object.keys(account.lots).filter((expiry) => expiry !== 'never'),
    ...Object.values(account.reservations).map(({ expiresAt }) => localDate(expiresAt, zone)),
  ].sort()
  const waiting = [...Object.keys(account.maturing), ...Object.keys(account.qualifying).filter(isWaiting)]
  const releases = waiting.map((key) => key.slice(0, key.indexOf('|')))
  const ended = ends[0] === undefined ? [] : [addToDate(ends[0], 'P1D')]
  const review = account.tierReview === undefined ? [] : [account.tierReview]
  const [day] = [...ended, ...releases, ...review].sort()
  return day === undefined ? undefined : dueKey(day, account.memberId)
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
