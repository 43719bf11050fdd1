/**
 * How many points a receipt earns: base per line, rules per line, multipliers, visit points, one rounding, caps, and the
 * spread of the granted points over the lines. Exact fractions until the one rounding, so the order of rules cannot matter.
 */
import type { ProgramDocument } from '../program/schema.ts'
import { localDate, periodStart, weekday } from '../shared/dates.ts'
import { type Exact, exact, plus, round, spread, times, ZERO } from '../shared/points.ts'
import { type Because, sum } from './account.ts'
import { applyRules, type Facts, isMatch, type Part, type Share } from './earning-rules.ts'
import type { PurchaseInput } from './schema.ts'

type Cap = ProgramDocument['earning']['caps'][number]
type Purchase = Pick<PurchaseInput, 'storeId' | 'amount' | 'purchasedAt' | 'lines' | 'shipping' | 'tips' | 'tenders'>

/** One line as charged, what of it earns, and the points that it was granted. */
export type EarnedLine = { readonly charge: number; readonly base: number; readonly points: number }

/** A number kept per member, rule and local period, such as the points that a daily cap has counted. */
export type Counter = { readonly ruleId: string; readonly period: string; readonly counts: 'points' | 'receipts' }
export type Counted = ReadonlyMap<string, number>

export type Earning = {
  readonly requested: number
  readonly granted: number
  readonly base: number
  /** What the tier counts where it counts points: those granted, as they were before multipliers; and by line. */
  readonly plain: { readonly value: number; readonly lines: readonly number[] }
  /** The receipt's own lines in their order; one line where it had none. */
  readonly lines: readonly EarnedLine[]
  readonly because: readonly Because[]
  /** New values of the counters that changed, by `counterName`. */
  readonly counted: Counted
}

export function counterName(counter: Pick<Counter, 'ruleId' | 'period'>): string {
  return `${counter.ruleId}#${counter.period}`
}

/** The counters that calculating this receipt needs; none in a program without caps by period. */
export function countersOf(program: ProgramDocument, purchasedAt: number): Counter[] {
  const day = localDate(purchasedAt, program.zone)
  const caps = program.earning.caps.flatMap((cap): Counter[] => {
    if (cap.per === 'receipt') return []
    return [
      { ruleId: cap.id, period: periodStart(day, cap.per), counts: cap.points === undefined ? 'receipts' : 'points' },
    ]
  })
  const visits = program.earning.rules.flatMap((rule): Counter[] =>
    rule.kind === 'visit' && rule.maxPerDay !== undefined ? [{ ruleId: rule.id, period: day, counts: 'receipts' }] : [],
  )
  return [...caps, ...visits]
}

export type EarningTerms = {
  readonly program: ProgramDocument
  readonly tier: string | undefined
  readonly counted: Counted
}

export function earn(purchase: Purchase, terms: EarningTerms): Earning {
  const { program } = terms
  const parts = partsOf(purchase, program)
  const base = sum(parts.map((part) => part.base))
  if (base === 0) return nothingEarned(parts)
  const day = localDate(purchase.purchasedAt, program.zone)
  const facts = { storeId: purchase.storeId, tier: terms.tier, weekday: weekday(day) }
  const ruled = applyRules(parts, { program, facts })
  const multiplier = tierMultiplier(terms)
  const multiplied = ruled.perPart.map((points) => times(points, multiplier))
  const visits = visitPoints(base, { day, facts }, terms)
  const flat = sharesOf(visits.points, parts)
  const weights = multiplied.map((points, index) => plus(points, flat[index] ?? ZERO))
  const requested = round(weights.reduce(plus, ZERO), program.earning.rounding)
  const capped = applyCaps(requested, purchase, terms)
  const points = spread(capped.granted, weights)
  const unmultiplied = ruled.perPart.map((part, index) => plus(part, flat[index] ?? ZERO))
  const shares = [...ruled.shares, ...tierShare(ruled.perPart, terms), ...visits.shares]
  const granted = spread(
    requested,
    shares.map((share) => share.points),
  )
  const because = [
    ...shares.map(({ points: _, ...share }, index) => ({ ...share, points: granted[index] ?? 0 })),
    ...capped.because,
  ]
  const counted = new Map([...capped.counted, ...(capped.granted > 0 || requested === 0 ? visits.counted : [])])
  return {
    requested,
    granted: capped.granted,
    base,
    plain: plainPoints(unmultiplied, parts, { requested, granted: capped.granted, program }),
    lines: parts.flatMap((part, index) =>
      part.isLine ? [{ charge: part.charge, base: part.base, points: points[index] ?? 0 }] : [],
    ),
    because: because.length > 0 ? because : NOTHING_ELIGIBLE,
    counted,
  }
}

const NOTHING_ELIGIBLE: readonly Because[] = [{ rule: 'earning', points: 0, code: 'nothing_eligible' }]

/** A receipt of which nothing counts earns nothing under any rule; it is an entry all the same. */
function nothingEarned(parts: readonly Part[]): Earning {
  const lines = parts.filter((part) => part.isLine).map(({ charge }) => ({ charge, base: 0, points: 0 }))
  const plain = { value: 0, lines: lines.map(() => 0) }
  return { requested: 0, granted: 0, base: 0, plain, lines, because: NOTHING_ELIGIBLE, counted: new Map() }
}

/** What a cap took away no level is reached with. */
function plainPoints(
  perPart: readonly Exact[],
  parts: readonly Part[],
  { requested, granted, program }: Pick<Earning, 'requested' | 'granted'> & { readonly program: ProgramDocument },
): Earning['plain'] {
  const asked = round(perPart.reduce(plus, ZERO), program.earning.rounding)
  const value = granted < requested ? Math.min(asked, granted) : asked
  const points = spread(value, perPart)
  return { value, lines: parts.flatMap(({ isLine }, index) => (isLine ? [points[index] ?? 0] : [])) }
}

/** Lines, then shipping and tips as parts without a category. Money paid with excluded tenders does not earn. */
function partsOf(purchase: Purchase, { earning }: ProgramDocument): Part[] {
  const { shipping = 0, tips = 0, amount } = purchase
  const lines = purchase.lines ?? [{ amount: amount.amount - shipping - tips, quantity: 1 }]
  const excludedTenders = (purchase.tenders ?? []).filter((tender) => earning.base.excludeTenders.includes(tender.kind))
  const unearned = spread(
    Math.min(sum(excludedTenders.map((tender) => tender.amount)), sum(lines.map((line) => line.amount))),
    lines.map((line) => exact(line.amount)),
  )
  const parts = lines.map((line: NonNullable<Purchase['lines']>[number], index): Part => {
    const { sku, category, quantity, amount: charge, tax = 0 } = line
    const isExcluded =
      (category !== undefined && earning.base.excludeCategories.includes(category)) ||
      (sku !== undefined && earning.base.excludeSkus.includes(sku))
    const base = isExcluded ? 0 : Math.max(0, charge - (unearned[index] ?? 0) - (earning.base.tax ? 0 : tax))
    return { charge, base, quantity, isExcluded, isLine: true, ...(sku && { sku }), ...(category && { category }) }
  })
  const beside = [
    ...(earning.base.shipping && shipping > 0 ? [shipping] : []),
    ...(earning.base.tips && tips > 0 ? [tips] : []),
  ]
  return [
    ...parts,
    ...beside.map((charge) => ({ charge, base: charge, quantity: 0, isExcluded: false, isLine: false })),
  ]
}

function tierMultiplier({ program, tier }: EarningTerms): Exact {
  const level = program.tiers?.levels.find((candidate) => candidate.id === tier)
  return level ? exact(level.multiplier.num, level.multiplier.den) : exact(1)
}

function tierShare(perPart: readonly Exact[], terms: EarningTerms): Share[] {
  const { num, den } = tierMultiplier(terms)
  if (terms.tier === undefined || num <= den) return []
  const points = times(perPart.reduce(plus, ZERO), { num: num - den, den })
  return [{ rule: terms.tier, code: 'multiplier', points, params: { num: Number(num), den: Number(den) } }]
}

/** Flat points per receipt, spread over the lines by what they were charged. */
function visitPoints(
  base: number,
  { day, facts }: { readonly day: string; readonly facts: Facts },
  terms: EarningTerms,
) {
  const shares: Share[] = []
  const counted = new Map<string, number>()
  for (const rule of terms.program.earning.rules) {
    if (rule.kind !== 'visit' || base < rule.minBaseMinor || !isMatch(rule.match, facts)) continue
    const name = counterName({ ruleId: rule.id, period: day })
    const visits = terms.counted.get(name) ?? 0
    if (rule.maxPerDay !== undefined && visits >= rule.maxPerDay) continue
    if (rule.maxPerDay !== undefined) counted.set(name, visits + 1)
    shares.push({ rule: rule.id, code: 'visit', points: exact(rule.points) })
  }
  return { points: shares.reduce((total, share) => plus(total, share.points), ZERO), shares, counted }
}

/** The part of flat points that falls on each line, by what it was charged. */
function sharesOf(points: Exact, parts: readonly Part[]): Exact[] {
  const whole = sum(parts.map((part) => (part.isLine ? part.charge : 0)))
  if (whole === 0) return parts.map((_, index) => (index === 0 ? points : ZERO))
  return parts.map((part) => times(points, exact(part.isLine ? part.charge : 0, whole)))
}

/** In list order: `cap` grants what is left, `reject` grants nothing for this receipt. */
function applyCaps(requested: number, purchase: Purchase, { program, counted }: EarningTerms) {
  const day = localDate(purchase.purchasedAt, program.zone)
  const because: Because[] = []
  const room = program.earning.caps.map((cap) => {
    const name = cap.per === 'receipt' ? undefined : counterName({ ruleId: cap.id, period: periodStart(day, cap.per) })
    return { cap, name, used: name === undefined ? 0 : (counted.get(name) ?? 0) }
  })
  let granted = requested
  for (const { cap, used } of room) {
    const left = roomOf(cap, used, granted)
    if (granted <= left) continue
    because.push({ rule: cap.id, points: left - granted, code: 'cap' })
    granted = left
  }
  const next = new Map<string, number>()
  for (const { cap, name, used } of room) {
    if (name !== undefined && granted > 0) next.set(name, used + (cap.points === undefined ? 1 : granted))
  }
  return { granted, because, counted: next }
}

/** How much of what is asked a cap still allows; one that counts receipts allows all or nothing. */
function roomOf(cap: Cap, used: number, asked: number): number {
  const left = cap.points === undefined ? ((cap.receipts ?? 0) > used ? asked : 0) : Math.max(0, cap.points - used)
  return cap.behaviour === 'reject' && left < asked ? 0 : left
}
