/**
 * The one seed of all properties, so that a red run can be repeated exactly: `PROOF_SEED=… npx vitest run <file>`.
 * `PROOF_RUNS` multiplies how often each property is tried.
 */
import fc from 'fast-check'

export const SEED = Number(process.env.PROOF_SEED ?? 20_261_123)
export const RUNS = Number(process.env.PROOF_RUNS ?? 1)
console.info(`properties: PROOF_SEED=${SEED}, PROOF_RUNS=${RUNS}`)

/** @throws with the seed, the shrunk case and the command that repeats it. */
export function holds<Values extends [unknown, ...unknown[]]>(
  property: fc.IPropertyWithHooks<Values>,
  numRuns = 300,
): void {
  fc.assert(property, { seed: SEED, numRuns: numRuns * RUNS })
}
