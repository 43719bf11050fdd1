/** How deep to look: `PROOF=quick` belongs to every test run, `ci` to `npm run prove`, `soak` to a night. */

export type Depth = {
  readonly name: 'quick' | 'ci' | 'soak'
  /** Operations without faults and with them, over all parts. */
  readonly commands: number
  readonly faulty: number
  /** Small histories that are searched exhaustively. */
  readonly histories: number
  /** Every how many-th cell of the crash matrix is played, and with how many seeds. */
  readonly crashStride: number
  readonly crashSeeds: number
}

const DEPTHS: Readonly<Record<Depth['name'], Depth>> = {
  quick: { name: 'quick', commands: 3_000, faulty: 5_000, histories: 100, crashStride: 5, crashSeeds: 1 },
  ci: { name: 'ci', commands: 40_000, faulty: 61_000, histories: 2_000, crashStride: 1, crashSeeds: 1 },
  soak: { name: 'soak', commands: 1_500_000, faulty: 2_500_000, histories: 50_000, crashStride: 1, crashSeeds: 5 },
}

function isDepth(text: string): text is Depth['name'] {
  return Object.hasOwn(DEPTHS, text)
}

const given = process.env.PROOF ?? 'quick'
if (!isDepth(given)) throw new Error(`PROOF must be one of ${Object.keys(DEPTHS)}, not ${given}`)

export const DEPTH = DEPTHS[given]
/** Of the whole suite; a part's own seeds follow from it. */
export const SEED = Number(process.env.PROOF_SEED ?? 20_261_123)
/** One run with exactly this seed, as when a failure is looked into. */
export const IS_ONE = process.env.PROOF_ONE === 'yes'
export const STEPS = 800
export const CALLERS = 5
export const MEMBERS = 8
/** Drawn per step; a step sends more than once now and then, and at least 0.42 faults fall on each operation. */
export const FAULT_RATE = 0.7
export const FAULTS_PER_OPERATION = 0.42
