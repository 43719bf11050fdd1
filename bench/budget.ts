/** What may be used, from `budget.json`, and how a difference is told. A budget is changed by hand and with a reason. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import { Units } from './figures.ts'
import { type Verdict, verdict } from './report.ts'

const Dollars = z.number().min(0)

export const Budget = z.strictObject({
  /** Exact: less is a change of the product as well, and belongs into the books. */
  units: z.record(z.string(), Units),
  account: z.strictObject({ usualBytes: z.int() }),
  /** US dollars per million operations, of DynamoDB and of everything that a request touches. */
  dollars: z.record(z.string(), z.strictObject({ dynamodb: Dollars, all: Dollars })),
  month: z.strictObject({ requests: Dollars, storage: Dollars, fixed: Dollars, total: Dollars }),
  /** Bytes of each function's bundle after gzip; `ceiling` is what no budget may exceed. */
  bundles: z.record(z.string(), z.strictObject({ bytes: z.int(), ceiling: z.int() })),
  ratios: z.strictObject({
    overheadCpu: z.number(),
    importCpu: z.number(),
    slope: z.number(),
    jobsCpu: z.number(),
    heap: z.number(),
  }),
  /** By job and number of members: exact. */
  jobs: z.record(z.string(), Units),
})
export type Budget = z.infer<typeof Budget>

export function readBudget(): Budget {
  return Budget.parse(JSON.parse(readFileSync(join(import.meta.dirname, 'budget.json'), 'utf8')))
}

/** One verdict over all, which names each that differs; what was measured without a budget differs too. */
export function unitsVerdict(gate: string, seen: Readonly<Record<string, Units>>, budget: Budget['units']): Verdict {
  const names = [...new Set([...Object.keys(seen), ...Object.keys(budget)])]
  const differing = names.flatMap((name) => {
    const [is, allowed] = [seen[name], budget[name]]
    if (is === undefined) return [`${name} was not measured`]
    if (allowed === undefined) return [`${name} has no budget and uses ${toldUnits(is)}`]
    return toldUnits(is) === toldUnits(allowed) ? [] : [`${name} uses ${toldUnits(is)}, not ${toldUnits(allowed)}`]
  })
  const told = differing.length === 0 ? `${names.length} as in the budget` : differing.join('; ')
  return verdict(gate, differing.length === 0, told)
}

function toldUnits({ requests, writes, reads, index }: Units): string {
  return `${requests} requests ${writes} W ${reads} R ${index} I`
}

const PART_OF_BUDGET = 0.01

/** Fails above the budget and 1%; what lies below is welcome. */
export function withinBudget(seen: number, budget: number): boolean {
  return seen <= budget * (1 + PART_OF_BUDGET)
}
