/** Chance that repeats: the same seed gives the same draws, so that whatever a random run found can be found again. */

/** Draws lie in [0, 1). */
export type Random = () => number

/** mulberry32: 32 bits of state, good enough to shuffle a shop. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** The draws of the n-th event of a run: they do not depend on how much chance the events before it used up. */
export function nthRandom(seed: number, n: number): Random {
  return seededRandom(seed ^ Math.imul(n + 1, 0x9e37_79b1))
}

/** A new array in seeded random order. */
export function shuffled<T>(items: readonly T[], random: Random): T[] {
  return items
    .map((item) => ({ item, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item)
}
