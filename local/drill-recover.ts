/**
 * What follows a restore: the audit names who is affected, entries put right what they can, everybody concerned is frozen, and
 * those that were frozen here and are sound afterwards are released. For a restored table that has no traffic yet.
 */
import { DeleteCommand, PutCommand, ScanCommand } from '@aws-sdk/lib-dynamodb'
import { type Actor, SYSTEM } from '../functions/platform/auth.ts'
import type { Context } from '../functions/platform/context.ts'
import { Refusal } from '../functions/platform/problem.ts'
import type { Row, Tables } from '../functions/platform/table.ts'
import { freezeRed } from '../functions/points/audit-freeze.ts'
import type { Finding } from '../functions/points/audit-judge.ts'
import { zonesOf } from '../functions/points/audit-pass.ts'
import { accountRow, entryRow } from '../functions/points/audit-store.ts'
import { unfreeze } from '../functions/points/freeze.ts'
import { rebuild } from './drill-rebuild.ts'
import { type Extent, verifyLedger } from './ledger-verify-pass.ts'

const ADMIN: Actor = { id: 'restore', roles: ['admin'], stores: '*' }
const AT_ONCE = 8

export type Recovery = {
  /** Named by the audit before anything was done. */
  readonly red: ReadonlySet<string>
  readonly rebuilt: number
  /** What is still wrong; its members cannot be spent from. */
  readonly stay: readonly Finding[]
  /** Red and open all the same, which must not be. */
  readonly notFrozen: readonly string[]
  /** Red, and frozen or closed by somebody before; both stay as they are. */
  readonly frozenBefore: readonly string[]
  readonly closed: readonly string[]
  /** Sound again and still frozen, because a command could not be carried out. */
  readonly notReleased: readonly NotReleased[]
}

export type NotReleased = { readonly memberId: string; readonly why: string }

export type Recovering = {
  readonly tables: Tables
  /** A context of its own for every command. */
  readonly context: (actor: Actor) => Context
  readonly extent: Extent
}

export async function recover({ tables, context, extent }: Recovering): Promise<Recovery> {
  const system = () => context(SYSTEM)
  const verify = async () => (await verifyLedger(system(), { ...extent, isQuiet: true })).findings
  const red = membersOf(await verify())
  const zoneOf = await zonesOf(system())
  const named = await rowsNaming(tables, red)
  let rebuilt = 0
  for (const memberId of red) {
    const { put, remove } = await rebuild(system(), { memberId, named: named.get(memberId) ?? [] }, zoneOf)
    await writeRows(tables, put)
    for (const Key of remove) await tables.reader.send(new DeleteCommand({ TableName: tables.names.Ledger, Key }))
    if (put.length + remove.length > 0) rebuilt += 1
  }
  // Only now: a freeze is an entry too, and would take the number of one that may still be named.
  const frozen: string[] = []
  const before = { frozenBefore: [] as string[], closed: [] as string[] }
  for (const memberId of red) {
    const outcome = await freezeRed(system(), memberId)
    if (outcome === 'frozen') frozen.push(memberId)
    if (outcome !== 'already') continue
    const status = (await accountRow(system(), memberId))?.s
    if (status === 'FROZEN') before.frozenBefore.push(memberId)
    else if (status === 'CLOSED') before.closed.push(memberId)
  }
  const still = membersOf(await verify())
  const notReleased: NotReleased[] = []
  for (const memberId of frozen) {
    const why = still.has(memberId) ? undefined : await releaseFailure(context(ADMIN), memberId)
    if (why !== undefined) notReleased.push({ memberId, why })
  }
  const stay = await verify()
  const notFrozen: string[] = []
  for (const memberId of membersOf(stay)) if (await canSpend(system(), memberId)) notFrozen.push(memberId)
  return { red, rebuilt, stay, notFrozen, ...before, notReleased }
}

/** One account that cannot be released must not keep the others from it. @returns what went wrong. */
async function releaseFailure(ctx: Context, memberId: string): Promise<string | undefined> {
  try {
    await unfreeze(ctx, { memberId, reason: 'restored' })
    return undefined
  } catch (error) {
    return error instanceof Refusal ? error.code : String(error)
  }
}

export function membersOf(findings: readonly Finding[]): Set<string> {
  return new Set(findings.flatMap(({ memberId }) => memberId ?? []))
}

/** Where an entry stands in the place of the next one, no command can change the account, frozen or not. */
async function canSpend(ctx: Context, memberId: string): Promise<boolean> {
  const row = await accountRow(ctx, memberId)
  return row?.s === 'ACTIVE' && (await entryRow(ctx, memberId, Number(row.v) + 1)) === undefined
}

/** Every row of the ledger, page by page. */
export async function* rowsOf({ reader, names }: Pick<Tables, 'reader' | 'names'>): AsyncGenerator<Row> {
  let from: Row | undefined
  do {
    const about = { TableName: names.Ledger, ConsistentRead: true, ExclusiveStartKey: from }
    const page = await reader.send(new ScanCommand(about))
    yield* page.Items ?? []
    from = page.LastEvaluatedKey
  } while (from !== undefined)
}

async function rowsNaming(tables: Tables, members: ReadonlySet<string>): Promise<Map<string, Row[]>> {
  const named = new Map<string, Row[]>()
  for await (const row of rowsOf(tables)) {
    if (!members.has(row.memberId)) continue
    named.set(row.memberId, [...(named.get(row.memberId) ?? []), row])
  }
  return named
}

export async function writeRows(tables: Tables, rows: Iterable<Row>): Promise<void> {
  const queue = rows[Symbol.iterator]()
  const worker = async () => {
    for (let next = queue.next(); !next.done; next = queue.next()) {
      await tables.reader.send(new PutCommand({ TableName: tables.names.Ledger, Item: next.value }))
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
}
