/** How large hot runs are at each depth, and how one that failed is repeated. */
import { DEPTH, SEED } from '../depth.ts'

const SOAK_SEEDS = 20

/** The whole size, once for each of these; a quick run has a tenth of the size, of everything that is large. */
export const SEEDS: readonly number[] = Array.from(
  { length: DEPTH.name === 'soak' ? SOAK_SEEDS : 1 },
  (_, run) => SEED + run,
)

export function sized(full: number): number {
  return DEPTH.name === 'quick' ? Math.ceil(full / 10) : full
}

/** Said of every failure. */
export function again(seed: number): string {
  return `again: PROOF=${DEPTH.name} PROOF_SEED=${seed} npm run prove -- --only hot`
}
