/** The few figures that measurements are boiled down to. Pure, so that a wrong median cannot hide behind a machine. */

export type Spread = { readonly median: number; readonly least: number; readonly most: number }

/** Half of the sum of the two in the middle where the count is even. @throws for nothing */
export function median(numbers: readonly number[]): number {
  return (nth(numbers, (numbers.length - 1) >> 1) + nth(numbers, numbers.length >> 1)) / 2
}

/** The least number that at least this share of all is not above: nearest rank. @throws for nothing */
export function percentile(numbers: readonly number[], share: number): number {
  return nth(numbers, Math.max(0, Math.ceil(share * numbers.length) - 1))
}

function nth(numbers: readonly number[], index: number): number {
  const found = [...numbers].sort((a, b) => a - b)[index]
  if (found === undefined) throw new Error('nothing was measured')
  return found
}

export function spread(numbers: readonly number[]): Spread {
  return { median: median(numbers), least: Math.min(...numbers), most: Math.max(...numbers) }
}

export type Point = { readonly size: number; readonly cost: number }

/**
 * By least squares on logarithms: 0 where cost does not depend on size, 1 where it grows in proportion.
 * @throws for fewer than two sizes, and for what has no logarithm
 */
export function slope(points: readonly Point[]): number {
  const logs = points.map(({ size, cost }) => ({ x: Math.log(size), y: Math.log(cost) }))
  const x = mean(logs.map((log) => log.x))
  const y = mean(logs.map((log) => log.y))
  const across = logs.reduce((sum, log) => sum + (log.x - x) ** 2, 0)
  const result = logs.reduce((sum, log) => sum + (log.x - x) * (log.y - y), 0) / across
  if (!Number.isFinite(result)) throw new Error('a slope needs two sizes above 0 and costs above 0')
  return result
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length
}

/** Half a unit up, whatever binary fractions say about it. */
export function rounded(number: number, digits: number): number {
  return Number(number.toFixed(digits))
}
