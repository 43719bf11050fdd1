/** Seeded chance for runs of the proof: the same seed and label give the same draws, on every machine. */
import { type Random, seededRandom } from '../../local/chance.ts'

export class Dice {
  readonly #random: Random

  constructor(seed: number, label = '') {
    let mixed = seed >>> 0
    for (const character of label) mixed = Math.imul(mixed ^ character.charCodeAt(0), 0x0100_0193) >>> 0
    this.#random = seededRandom(mixed)
  }

  /** A whole number from 0 up to and without `bound`. */
  below(bound: number): number {
    return Math.floor(this.#random() * bound)
  }

  between(least: number, most: number): number {
    return least + this.below(most - least + 1)
  }

  chance(share: number): boolean {
    return this.#random() < share
  }

  /** @throws where there is nothing to pick from */
  pick<T>(items: readonly T[]): T {
    const item = items[this.below(items.length)]
    if (item === undefined) throw new Error('nothing to pick from')
    return item
  }

  weighted<K extends string>(weights: Readonly<Partial<Record<K, number>>>): K {
    const names = Object.keys(weights) as K[]
    const total = names.reduce((sum, name) => sum + (weights[name] ?? 0), 0)
    let left = this.#random() * total
    const drawn = names.find((name) => {
      left -= weights[name] ?? 0
      return left < 0
    })
    return drawn ?? this.pick(names)
  }
}
