/** Histories small enough to try every order: one member, three callers, ten operations at most. */
import type { Tables } from '../../functions/platform/table.ts'
import { Dice } from './dice.ts'
import type { History } from './history.ts'
import { readLedger } from './ledger-rows.ts'
import type { Rules } from './model-book.ts'
import { type Order, orders } from './orders.ts'
import { Recorder } from './recorder.ts'
import { statementOf } from './statement.ts'
import { openWorld, type World } from './world.ts'

/** Nothing happens by time alone, so that every entry has a caller. */
export const PLAIN: Rules = {
  earn: { points: 1, perMinor: 100 },
  expiry: { mode: 'none' },
  graceDays: 0,
  debt: {},
  transfer: { min: 5, maxPerMonth: 400 },
}

const OPERATIONS = 10
const CALLERS = 3

/** Tables with the plain program, for as many small histories as wished; each makes a member of its own. */
export async function plainTables(): Promise<Tables> {
  return (await openWorld({ seed: 1, rules: PLAIN, faultRate: 0 })).wire.tables
}

export async function smallHistory(seed: number, tables: Tables): Promise<History> {
  const world = await openWorld({ seed, rules: PLAIN, faultRate: 0.5 }, tables)
  const recorder = new Recorder(world)
  const member = await enrolled(world, recorder)
  recorder.calls.length = 0
  const drawn = drawnOrders(seed, { world, member })
  let next = 0
  const caller = async () => {
    for (let order = drawn[next++]; order !== undefined; order = drawn[next++]) {
      world.faults?.drawCommand()
      await recorder.send(order)
    }
  }
  const all = Promise.all(Array.from({ length: CALLERS }, caller))
  await world.turnstile.run()
  // Whoever is gone in the middle takes its caller with it.
  void all
  const ledger = await readLedger(tables)
  const statement = statementOf({ ...ledger, accounts: new Map([...ledger.accounts].filter(([id]) => id === member)) })
  return { calls: recorder.calls.toSorted((a, b) => a.begin - b.begin), statement, rules: PLAIN }
}

async function enrolled(world: World, recorder: Recorder): Promise<string> {
  const name = `s${world.seed}`
  const sent = recorder.send(orders.enrol(name, name))
  await world.turnstile.run()
  const outcome = await sent
  if (outcome.kind !== 'accepted') throw new Error(`nobody was enrolled: ${outcome.kind}`)
  return outcome.what
}

function drawnOrders(seed: number, { world, member }: { world: World; member: string }): Order[] {
  const dice = new Dice(seed, 'small')
  const slip = { storeId: 'central', receiptNumber: `r${seed}` }
  const sale = { member, amount: 10_000, at: world.now }
  const kinds: readonly ((index: number) => Order)[] = [
    (index) =>
      orders.award({ ...slip, receiptNumber: `r${seed}-${index}` }, { ...sale, amount: dice.between(1, 90) * 100 }),
    () => orders.award(slip, sale),
    () => orders.award(slip, { ...sale, amount: 20_000 }),
    (index) => orders.redeem(member, dice.between(20, 150), `k${seed}-${index}`),
    () => orders.redeem(member, 60, `k${seed}`),
    (index) => orders.adjust(member, { points: dice.between(-80, 80) || 1 }, `k${seed}-${index}`),
    () => orders.read(member),
  ]
  const first = orders.award(slip, sale)
  return [first, ...Array.from({ length: OPERATIONS - 1 }, (_, index) => dice.pick(kinds)(index))]
}
