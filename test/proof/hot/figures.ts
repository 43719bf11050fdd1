/** What a hot run is judged by, worked out the same way for all of them. */
import { DEPTH } from '../depth.ts'
import { report } from '../report.ts'
import { type Done, isBusy } from './crowd.ts'

export type Figures = {
  readonly deeds: number
  /** Deeds whose first request was answered 503. */
  readonly waited: number
  /** Deeds by the code that answered them. */
  readonly answers: Readonly<Record<string, number>>
  /** Of first requests; what comes after a 503 is told by `waited` and `requestsMost`. */
  readonly tries: Spread
  /** From the first request to the answer, virtual. */
  readonly milliseconds: Spread
  readonly requestsMost: number
  /** Virtual, from the first request to the last answer. */
  readonly virtualSeconds: number
}
export type Spread = { readonly p50: number; readonly p99: number; readonly most: number }

export function figuresOf(done: readonly Done[], milliseconds: number): Figures {
  const answers: Record<string, number> = {}
  for (const { last } of done) answers[last.outcome] = (answers[last.outcome] ?? 0) + 1
  return {
    deeds: done.length,
    waited: done.filter(({ first }) => isBusy(first)).length,
    answers,
    tries: spreadOf(done.map(({ first }) => first.tries)),
    milliseconds: spreadOf(done.map(({ first }) => first.ms)),
    requestsMost: Math.max(0, ...done.map(({ requests }) => requests)),
    virtualSeconds: Math.round(milliseconds / 100) / 10,
  }
}

/** Nearest rank. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (share: number) => Math.round(sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0)
  return { p50: at(0.5), p99: at(0.99), most: at(1) }
}

/** Kept beside the other results of the proof, and told at once. */
export function told(part: string, seed: number, measured: object): void {
  const name = DEPTH.name === 'soak' ? `${part}-${seed}` : part
  report(name, measured, `  ${JSON.stringify(measured)}`, seed)
}
