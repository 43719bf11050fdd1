/** What a case hands back and how it reads on a terminal: figures that are kept, and a verdict for each gate. */
import * as z from 'zod'

export const Verdict = z.strictObject({
  gate: z.string(),
  /** Skipped only where the machine is too busy for a ratio to mean anything. */
  outcome: z.enum(['passed', 'failed', 'skipped']),
  /** What was seen, and what was allowed. */
  told: z.string(),
})
export type Verdict = z.infer<typeof Verdict>

export type Say = (line: string) => void

export type Scope = {
  /** Only what the exact and the ratio gates need. */
  readonly gatesOnly: boolean
  readonly say: Say
}

export type Findings = { readonly results: unknown; readonly verdicts: readonly Verdict[] }
export type Case = (scope: Scope) => Promise<Findings>

export function verdict(gate: string, isKept: boolean, told: string): Verdict {
  return { gate, outcome: isKept ? 'passed' : 'failed', told }
}

const MARKS = { passed: 'ok  ', failed: 'FAIL', skipped: 'skip' } as const

export function verdictLine({ gate, outcome, told }: Verdict): string {
  return `  ${MARKS[outcome]}  ${gate}: ${told}`
}

export function summary(verdicts: readonly Verdict[]): string {
  const count = (outcome: Verdict['outcome']) => verdicts.filter((one) => one.outcome === outcome).length
  const skipped = count('skipped')
  return `${count('passed')} passed, ${count('failed')} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`
}

/** Columns as wide as their widest cell; the first to the left, numbers to the right. */
export function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ')
      .trimEnd(),
  )
}

/**
 * Ratios of CPU time waver with whatever else the machine does. One that is outside is measured once more and that
 * verdict counts; on a machine with more than twice as much to do as it has cores there is none.
 */
export async function ratioGate<Measured>(gate: {
  readonly name: string
  readonly measure: () => Promise<Measured>
  readonly ratio: (measured: Measured) => number
  readonly most: number
  readonly isBusy: () => boolean
}): Promise<{ readonly measured: Measured; readonly verdict: Verdict }> {
  let measured = await gate.measure()
  let repeated = ''
  if (!(gate.ratio(measured) <= gate.most) && !gate.isBusy()) {
    repeated = `, after ${told(gate.ratio(measured))} at first`
    measured = await gate.measure()
  }
  const seen = gate.ratio(measured)
  const what = `${told(seen)}${repeated}, at most ${gate.most}`
  if (gate.isBusy()) {
    return {
      measured,
      verdict: { gate: gate.name, outcome: 'skipped', told: `${what}; the machine is too busy to say` },
    }
  }
  return { measured, verdict: verdict(gate.name, seen <= gate.most, what) }
}

function told(ratio: number): string {
  return ratio.toFixed(3)
}
