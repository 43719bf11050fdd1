/** Requests and units of every operation, exact, and what accounts weigh. Counts do not depend on the machine. */
import { accountRow, largestAccount, usualAccount } from './accounts.ts'
import { readBudget, unitsVerdict } from './budget.ts'
import { type Deed, TILL_DEEDS, usualMember } from './deeds.ts'
import type { Operation, UnitsFigures, Weight } from './figures.ts'
import { itemBytes, writeUnits } from './item-size.ts'
import { meter } from './meter.ts'
import { columns, type Findings, type Scope, verdict } from './report.ts'
import { REWARD_DEEDS } from './reward-deeds.ts'
import { NOON, openShop, warm } from './shop.ts'
import { OWN_DEEDS, STAFF_DEEDS } from './staff-deeds.ts'

const READ_UNIT_BYTES = 4_096

export async function run({ say }: Scope): Promise<Findings> {
  const { units: budget, account } = readBudget()
  const operations: Operation[] = []
  for (const deed of [...TILL_DEEDS, ...STAFF_DEEDS, ...REWARD_DEEDS, ...OWN_DEEDS])
    operations.push(await measured(deed))
  const rows = operations.map(({ title, units }) => [
    title,
    ...[units.requests, units.writes, units.reads, units.index].map(String),
  ])
  for (const line of columns([['', 'requests', 'writes', 'reads', 'index'], ...rows])) say(line)
  const accounts = {
    usual: weight(accountRow(usualAccount(MEMBER_ID, { now: NOON, lots: 25 }))),
    largest: weight(accountRow(largestAccount(MEMBER_ID, NOON))),
  }
  say(`usual account ${told(accounts.usual)}; largest ${told(accounts.largest)}`)
  const seen = Object.fromEntries(operations.map(({ name, units }) => [name, units]))
  const isSmall = accounts.usual.bytes <= account.usualBytes
  return {
    results: { operations, accounts } satisfies UnitsFigures,
    verdicts: [
      unitsVerdict('units per operation', seen, budget),
      verdict('size of the usual account', isSmall, `${accounts.usual.bytes} bytes, at most ${account.usualBytes}`),
    ],
  }
}

const MEMBER_ID = 'mem_01JBENCH000000000000000000'

async function measured({ name, title, isHttp, prepare }: Deed): Promise<Operation> {
  const shop = await openShop()
  const memberId = await usualMember(shop)
  const act = await prepare(shop, memberId)
  await warm(shop)
  using counted = meter(shop.tables)
  await act()
  const { units, rows } = counted.take()
  const line = shop.logs.findLast(({ message }) => message === 'command')
  const logBytes = JSON.stringify({ time: new Date(shop.now).toISOString(), ...line }).length
  return { ...{ name, title, isHttp, units, logBytes }, items: rows.map(itemBytes) }
}

function weight(row: Readonly<Record<string, unknown>>): Weight {
  const bytes = itemBytes(row)
  return { bytes, writes: 2 * writeUnits(bytes), reads: Math.ceil(bytes / READ_UNIT_BYTES) }
}

function told({ bytes, writes, reads }: Weight): string {
  return `${bytes} bytes (${writes} write units in a transaction, ${reads} to read)`
}
