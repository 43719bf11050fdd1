/** Exact integer arithmetic: products exceed 2^53 before they are divided, so they are made of BigInt and rounded once. */

export const POINTS_MAX = 1_000_000_000
export const MONEY_MAX = 1_000_000_000_000

/** floor(a × b / c) for non-negative integers, c > 0. */
export function mulDivFloor(a: number, b: number, c: number): number {
  return Number((BigInt(a) * BigInt(b)) / BigInt(c))
}

/** A non-negative exact fraction. */
export type Exact = { readonly num: bigint; readonly den: bigint }

export const ZERO: Exact = { num: 0n, den: 1n }

export function exact(num: number, den = 1): Exact {
  return { num: BigInt(num), den: BigInt(den) }
}

export function plus(a: Exact, b: Exact): Exact {
  return reduced({ num: a.num * b.den + b.num * a.den, den: a.den * b.den })
}

export function times(a: Exact, b: Exact): Exact {
  return reduced({ num: a.num * b.num, den: a.den * b.den })
}

export function isLess(a: Exact, b: Exact): boolean {
  return a.num * b.den < b.num * a.den
}

function reduced(value: Exact): Exact {
  let [a, b] = [value.num, value.den]
  while (b !== 0n) [a, b] = [b, a % b]
  return a === 0n ? ZERO : { num: value.num / a, den: value.den / a }
}

export type Rounding = 'floor' | 'half_up' | 'ceil'

export function round(value: Exact, rounding: Rounding): number {
  const floor = value.num / value.den
  const rest = value.num % value.den
  const up = rounding === 'ceil' ? rest > 0n : rounding === 'half_up' && rest * 2n >= value.den
  return Number(up ? floor + 1n : floor)
}

/**
 * Spreads a whole over parts in proportion to their weights by largest remainder; ties go to the earlier part.
 * The parts always sum to the whole. Weights that are all zero put everything on the first part.
 */
export function spread(whole: number, weights: readonly Exact[]): number[] {
  const sum = weights.reduce(plus, ZERO)
  if (weights.length === 0) return []
  if (sum.num === 0n) return weights.map((_, index) => (index === 0 ? whole : 0))
  const shares = weights.map((weight, index) => {
    const num = BigInt(whole) * weight.num * sum.den
    const den = weight.den * sum.num
    return { index, floor: num / den, rest: { num: num % den, den } }
  })
  const parts = shares.map((share) => Number(share.floor))
  let left = whole - parts.reduce((a, b) => a + b, 0)
  const byRest = [...shares].sort((a, b) =>
    isLess(b.rest, a.rest) ? -1 : isLess(a.rest, b.rest) ? 1 : a.index - b.index,
  )
  for (const share of byRest) {
    if (left === 0) break
    parts[share.index] = (parts[share.index] ?? 0) + 1
    left -= 1
  }
  return parts
}
