/** Which earning rules reach which line of a receipt, and how many points each is worth, as exact fractions. */
import type { ProgramDocument } from '../program/schema.ts'
import type { Weekday } from '../shared/dates.ts'
import { type Exact, exact, isLess, plus, times, ZERO } from '../shared/points.ts'
import { type Because, sum } from './account.ts'

type Rule = ProgramDocument['earning']['rules'][number]

/** One line of a receipt, or its shipping or tips: what was charged and what of it earns, in minor units. */
export type Part = {
  readonly charge: number
  readonly base: number
  readonly sku?: string
  readonly category?: string
  readonly quantity: number
  readonly isExcluded: boolean
  readonly isLine: boolean
}

/** What rules ask of the receipt as a whole. */
export type Facts = { readonly storeId: string; readonly tier: string | undefined; readonly weekday: Weekday }
export type RuleTerms = { readonly program: ProgramDocument; readonly facts: Facts }

export type Share = Omit<Because, 'points'> & { readonly points: Exact }

/** Among the spend and item rules of one part: `best` the highest, `sum` all, `first` the earliest in the list. */
export function applyRules(parts: readonly Part[], { program, facts }: RuleTerms) {
  const { stacking } = program.earning
  const totals = new Map<Rule, { points: Exact; base: number }>()
  const rules = program.earning.rules.flatMap((rule) => ruleFor(rule, parts, facts))
  const perPart = parts.map((part) => {
    const candidates = rules.flatMap(({ rule, pointsOf }) => {
      const points = pointsOf(part)
      return points === undefined || points.num === 0n ? [] : [{ rule, points }]
    })
    const chosen = choose(candidates, stacking)
    for (const { rule, points } of chosen) {
      const total = totals.get(rule) ?? { points: ZERO, base: 0 }
      totals.set(rule, { points: plus(total.points, points), base: total.base + part.base })
    }
    return chosen.reduce((total, { points }) => plus(total, points), ZERO)
  })
  const shares = [...totals].map(([rule, { points, base }]): Share => {
    const share = { rule: rule.id, code: rule.kind, points }
    if (rule.kind !== 'spend') return share
    return {
      ...share,
      params: { points: rule.points, perMinor: rule.perMinor, baseMinor: base, currency: program.currency },
    }
  })
  return { perPart, shares }
}

type Candidate = { readonly rule: Rule; readonly points: Exact }

function choose(
  candidates: readonly Candidate[],
  stacking: ProgramDocument['earning']['stacking'],
): readonly Candidate[] {
  if (stacking === 'sum') return candidates
  if (stacking === 'first') return candidates.slice(0, 1)
  const best = candidates.reduce<Candidate | undefined>(
    (found, candidate) => (found === undefined || isLess(found.points, candidate.points) ? candidate : found),
    undefined,
  )
  return best ? [best] : []
}

type RuleFor = { readonly rule: Rule; readonly pointsOf: (part: Part) => Exact | undefined }

/** A rule made ready for one receipt: what concerns all its lines is worked out once. */
function ruleFor(rule: Rule, parts: readonly Part[], facts: Facts): RuleFor[] {
  if (rule.kind === 'item') {
    const pointsOf = (part: Part) =>
      part.isExcluded || !isMatch(rule.match, facts, part) ? undefined : exact(rule.points * part.quantity)
    return [{ rule, pointsOf }]
  }
  if (rule.kind !== 'spend') return []
  const matching = new Set(parts.filter((part) => isMatch(rule.match, facts, part)))
  const whole = sum([...matching].map((part) => part.base))
  const rate = rule.wholeSteps
    ? times(times(exact(rule.points), exact(Math.floor(whole / rule.perMinor))), exact(1, Math.max(1, whole)))
    : exact(rule.points, rule.perMinor)
  return [{ rule, pointsOf: (part) => (matching.has(part) ? times(rate, exact(part.base)) : undefined) }]
}

type Match = Extract<Rule, { kind: 'item' }>['match']

/** All conditions must hold; an empty or absent one always does. Without `part` the receipt as a whole is meant. */
export function isMatch(match: Match | undefined, facts: Facts, part?: Part): boolean {
  if (match === undefined) return true
  return (
    isAmong(match.categories, part?.category) &&
    isAmong(match.skus, part?.sku) &&
    isAmong(match.stores, facts.storeId) &&
    isAmong(match.tiers, facts.tier) &&
    isAmong(match.weekdays, facts.weekday)
  )
}

function isAmong(wanted: readonly string[] | undefined, value: string | undefined): boolean {
  return wanted === undefined || wanted.length === 0 || (value !== undefined && wanted.includes(value))
}
