/** Chance that repeats: one seed gives one run, and the seed is printed. */

export type Chance = {
  /** A whole number from 0 up to and without `below`. */
  readonly below: (below: number) => number
  readonly pick: <Item>(items: readonly Item[]) => Item
}

/** Mulberry32 of Tommy Ettinger, 2017. */
export function chanceOf(seed: number): Chance {
  let state = seed >>> 0
  const below = (limit: number): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * limit)
  }
  return {
    below,
    pick: (items) => {
      const item = items[below(items.length)]
      if (item === undefined) throw new Error('nothing to pick from')
      return item
    },
  }
}
