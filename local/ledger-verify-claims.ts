/**
 * Compares what rows claim of one another exactly, whatever the number of differences: for the rare ledger in which more
 * disagrees than the sketch of a nightly audit can name. Its memory grows with what has not found its other side yet.
 */
import { type Claim, digestOf, Sketch, type Unmatched } from '../functions/shared/sketch.ts'

export class ExactClaims extends Sketch {
  readonly #open = new Map<string, { readonly claim: Claim; count: number }>()

  override add(claim: Claim): void {
    this.#count(claim, 1)
  }

  override take(claim: Claim): void {
    this.#count(claim, -1)
  }

  override unmatched(): { readonly claims: readonly Unmatched[]; readonly isComplete: boolean } {
    const claims = [...this.#open].map(([digest, { claim, count }]): Unmatched => {
      const { tag: _, ...named } = claim
      return { ...named, digest, side: count > 0 ? 1 : -1 }
    })
    this.#open.clear()
    return { claims, isComplete: true }
  }

  #count(claim: Claim, side: 1 | -1): void {
    const digest = digestOf(claim)
    const open = this.#open.get(digest) ?? { claim, count: 0 }
    open.count += side
    if (open.count === 0) this.#open.delete(digest)
    else this.#open.set(digest, open)
  }
}
