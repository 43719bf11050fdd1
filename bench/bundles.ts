/** How large each function is, against its budget, and what may not be in it. Both are counts and exact. */
import { type Budget, readBudget, withinBudget } from './budget.ts'
import { BARE, type Bundle, bundles, gzipBytes } from './bundle.ts'
import type { BundlesFigures } from './figures.ts'
import { foundIn } from './forbidden.ts'
import { columns, type Findings, type Scope, type Verdict, verdict } from './report.ts'

export async function run({ say }: Scope): Promise<Findings> {
  const made = await bundles()
  const results: BundlesFigures = Object.fromEntries(
    made.map((one) => [one.name, { bytes: one.code.byteLength, gzip: gzipBytes(one), modules: one.modules.length }]),
  )
  const rows = Object.entries(results).map(([name, { bytes, gzip, modules }]) => [
    name,
    ...[bytes, gzip, modules].map(String),
  ])
  for (const line of columns([['', 'bytes', 'gzip', 'modules'], ...rows])) say(line)
  return { results, verdicts: [...sizeVerdicts(results, readBudget().bundles), contentVerdict(made)] }
}

/** Every function has a budget, and no budget is above its ceiling; the bare client is only shown. */
export function sizeVerdicts(seen: BundlesFigures, budgets: Budget['bundles']): Verdict[] {
  const names = [...new Set([...Object.keys(seen), ...Object.keys(budgets)])].filter((name) => name !== BARE)
  return names.map((name) => {
    const [bundle, budget] = [seen[name], budgets[name]]
    const gate = `bundle of ${name}`
    if (bundle === undefined || budget === undefined) {
      return verdict(gate, false, bundle === undefined ? 'is not built any more' : `${bundle.gzip} bytes, no budget`)
    }
    const isKept = withinBudget(bundle.gzip, budget.bytes) && bundle.gzip <= budget.ceiling
    return verdict(gate, isKept, `${bundle.gzip} bytes, budget ${budget.bytes} and 1%, ceiling ${budget.ceiling}`)
  })
}

function contentVerdict(made: readonly Bundle[]): Verdict {
  const found = made.filter(({ name }) => name !== BARE).flatMap(foundIn)
  return verdict(
    'nothing forbidden in a bundle',
    found.length === 0,
    found.join('; ') || `${made.length - 1} looked through`,
  )
}
