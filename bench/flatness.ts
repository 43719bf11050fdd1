/**
 * Whether anything gets dearer as an account gets older or holds more: award, redemption, balance and statement at accounts
 * of 1 to 10,000 entries and of 1 to 25 lots. Units must be equal; CPU must not grow. 256 lots, the most that a
 * program may open, are shown and not gated.
 */
import { BatchWriteCommand } from '@aws-sdk/lib-dynamodb'
import { getItem } from '../functions/platform/table.ts'
import { keys } from '../functions/platform/table-design.ts'
import { award } from '../functions/points/award.ts'
import { getAccount } from '../functions/points/get-account.ts'
import { listEntries } from '../functions/points/list-entries.ts'
import { redeem } from '../functions/points/redeem.ts'
import { accountRow, usualAccount } from './accounts.ts'
import { readBudget } from './budget.ts'
import type { Cell, FlatnessFigures, Series } from './figures.ts'
import { isBusy, perOperation } from './machine.ts'
import { meter } from './meter.ts'
import { columns, type Findings, ratioGate, type Scope, type Verdict, verdict } from './report.ts'
import { bought, enrolled, openShop, receiptOf, type Shop, STORE, TILL, warm } from './shop.ts'
import { median, slope } from './statistics.ts'

const ENTRIES = [1, 10, 100, 1_000, 10_000] as const
const LOTS = [1, 5, 10, 25] as const
const LOTS_SHOWN = 256
/** How often all sizes are gone through, and how many operations each time and before the first. */
const FULL = { repeats: 5, operations: 60, warmUp: 60 }
const QUICK = { repeats: 3, operations: 25, warmUp: 30 }

type Deed = (shop: Shop, memberId: string) => Promise<unknown>
const DEEDS: Readonly<Record<string, Deed>> = {
  award: (shop, memberId) => award(shop.by(TILL), receiptOf(shop, memberId)),
  redeem: (shop, memberId) => redeem(shop.by(TILL), { memberId, storeId: STORE, points: 1 }),
  balance: (shop, memberId) => getAccount(shop.by(TILL), { memberId }),
  statement: (shop, memberId) => listEntries(shop.by(TILL), { memberId, limit: '1' }),
}

type Subject = { readonly size: number; readonly memberId: string }

export async function run({ gatesOnly, say }: Scope): Promise<Findings> {
  const { ratios } = readBudget()
  const shop = await openShop()
  const subjects: Record<Series['by'], Subject[]> = { entries: [], lots: [] }
  for (const size of ENTRIES)
    subjects.entries.push({ size, memberId: await memberWith(shop, { entries: size, lots: 10 }) })
  for (const size of [...LOTS, LOTS_SHOWN]) {
    subjects.lots.push({ size, memberId: await memberWith(shop, { entries: 1, lots: size }) })
  }
  await warm(shop)
  const results: Series[] = []
  const verdicts: Verdict[] = []
  for (const by of ['entries', 'lots'] as const) {
    for (const [deed, act] of Object.entries(DEEDS)) {
      const { measured, verdict: flat } = await ratioGate({
        name: `CPU slope of ${deed} by ${by}`,
        measure: () => measure({ shop, act, subjects: subjects[by], ...(gatesOnly ? QUICK : FULL) }),
        ratio: (cells) => slope(gated(cells, by).map(({ size, cpuMs }) => ({ size, cost: cpuMs }))),
        most: ratios.slope,
        isBusy,
      })
      const cells = gated(measured, by)
      const shown = measured.find(({ size }) => by === 'lots' && size === LOTS_SHOWN)
      const steep = slope(cells.map(({ size, cpuMs }) => ({ size, cost: cpuMs })))
      results.push({ deed, by, cells, slope: steep, ...(shown && { shown }) })
      verdicts.push(flat)
    }
  }
  for (const line of told(results)) say(line)
  return { results: results satisfies FlatnessFigures, verdicts: [unitsVerdict(results), ...verdicts] }
}

function gated(cells: Cell[], by: Series['by']): Cell[] {
  return cells.filter(({ size }) => by === 'entries' || size !== LOTS_SHOWN)
}

/** Sizes in turn within each repeat, so that whatever else the machine does falls on all of them. */
async function measure(about: {
  readonly shop: Shop
  readonly act: Deed
  readonly subjects: readonly Subject[]
  readonly repeats: number
  readonly operations: number
  readonly warmUp: number
}): Promise<Cell[]> {
  const { shop, act, subjects, repeats, operations, warmUp } = about
  const costs = new Map<number, number[]>(subjects.map(({ size }) => [size, []]))
  for (const { memberId } of subjects) await perOperation(warmUp, () => act(shop, memberId))
  for (let repeat = 0; repeat < repeats; repeat += 1) {
    for (const { size, memberId } of subjects) {
      costs.get(size)?.push((await perOperation(operations, () => act(shop, memberId))).cpuMs)
    }
  }
  using counted = meter(shop.tables)
  const cells: Cell[] = []
  for (const { size, memberId } of subjects) {
    counted.take()
    await act(shop, memberId)
    cells.push({ size, units: counted.take().units, cpuMs: median(costs.get(size) ?? []) })
  }
  return cells
}

function unitsVerdict(results: FlatnessFigures): Verdict {
  const differing = results.flatMap(({ deed, by, cells }) => {
    const kinds = [...new Set(cells.map(({ units }) => JSON.stringify(units)))]
    return kinds.length === 1 ? [] : [`${deed} by ${by}: ${kinds.join(' and ')}`]
  })
  const told = differing.join('; ') || `${results.length} series, each the same at every size`
  return verdict('units do not grow with the account', differing.length === 0, told)
}

/** An account at the given entry of its history, with the entries before it in the table. */
async function memberWith(shop: Shop, { entries, lots }: { readonly entries: number; readonly lots: number }) {
  const memberId = await enrolled(shop)
  const { reader, names } = shop.tables
  const write = (Item: object) => ({ PutRequest: { Item } })
  const account = usualAccount(memberId, { now: shop.now, lots, version: entries })
  await reader.send(new BatchWriteCommand({ RequestItems: { [names.Ledger]: [write(accountRow(account))] } }))
  await bought(shop, memberId)
  const row = await getItem(shop.by(TILL).table, 'Ledger', keys.entry(memberId, entries + 1))
  for (let first = 1; first <= entries; first += 25) {
    const seqs = Array.from({ length: Math.min(25, entries - first + 1) }, (_, index) => first + index)
    const rows = seqs.map((seq) => write({ ...row, ...keys.entry(memberId, seq) }))
    await reader.send(new BatchWriteCommand({ RequestItems: { [names.Ledger]: rows } }))
  }
  return memberId
}

function told(results: FlatnessFigures): string[] {
  const rows = results.map(({ deed, by, cells, slope: steep, shown }) => [
    `${deed} by ${by}`,
    cells.map(({ size, cpuMs }) => `${size}: ${cpuMs.toFixed(2)}`).join('  '),
    shown === undefined ? '' : `${shown.size}: ${shown.cpuMs.toFixed(2)}`,
    steep.toFixed(3),
  ])
  return columns([['', 'size: ms CPU', 'shown', 'slope'], ...rows])
}
