/** From measured units to dollars: every operation and the reference month, against their budgets. */
import { type Budget, withinBudget } from './budget.ts'
import type { CostFigures, MonthLine } from './figures.ts'
import { type Known, monthOf } from './month.ts'
import { costOfMillion } from './prices.ts'
import { columns, type Findings, type Say, type Verdict, verdict } from './report.ts'

const PARTS = ['requests', 'storage', 'fixed'] as const

export function costs(known: Known, budget: Budget, say: Say): Findings {
  const operations = known.units.operations.map((operation) => {
    const { name, title } = operation
    return { name, title, ...costOfMillion(known.prices, operation) }
  })
  const month = monthOf(known)
  const totals = totalsOf(month)
  const money = (amount: number) => amount.toFixed(2)
  const rows = operations.map(({ title, dynamodb, all }) => [title, money(dynamodb), money(all)])
  for (const line of columns([['$ per million', 'DynamoDB', 'all'], ...rows])) say(line)
  say(`reference month: ${[...PARTS, 'total' as const].map((part) => `${part} $${money(totals[part])}`).join(', ')}`)
  const results: CostFigures = { operations, month, totals }
  return { results, verdicts: [operationsVerdict(operations, budget.dollars), ...monthVerdicts(totals, budget.month)] }
}

export function totalsOf(month: readonly MonthLine[]): CostFigures['totals'] {
  const of = (part: MonthLine['part']) =>
    month.filter((line) => line.part === part).reduce((sum, line) => sum + line.dollars, 0)
  const [requests, storage, fixed] = [of('requests'), of('storage'), of('fixed')]
  return { requests, storage, fixed, total: requests + storage + fixed }
}

export function operationsVerdict(seen: CostFigures['operations'], budgets: Budget['dollars']): Verdict {
  const dear = seen.flatMap(({ name, dynamodb, all }) => {
    const budget = budgets[name]
    if (budget === undefined) return [`${name} has no budget and costs ${dynamodb.toFixed(2)} and ${all.toFixed(2)}`]
    const isKept = withinBudget(dynamodb, budget.dynamodb) && withinBudget(all, budget.all)
    return isKept
      ? []
      : [`${name} costs ${dynamodb.toFixed(2)} and ${all.toFixed(2)}, not ${budget.dynamodb} and ${budget.all}`]
  })
  const told = dear.join('; ') || `${seen.length} within budget and 1%`
  return verdict('dollars per million operations', dear.length === 0, told)
}

function monthVerdicts(totals: CostFigures['totals'], budget: Budget['month']): Verdict[] {
  return [...PARTS, 'total' as const].map((part) => {
    const told = `$${totals[part].toFixed(2)}, budget $${budget[part].toFixed(2)} and 1%`
    return verdict(`reference month: ${part}`, withinBudget(totals[part], budget[part]), told)
  })
}
