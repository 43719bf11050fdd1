/**
 * One audit of a whole ledger outside Lambda, from the first row to the verdict, with a line that says how far it is.
 */
import type { Context } from '../functions/platform/context.ts'
import type { Row } from '../functions/platform/table.ts'
import type { Finding } from '../functions/points/audit-judge.ts'
import { auditSegment, closeSums, findLegs, newSums, SEGMENTS, zonesOf } from '../functions/points/audit-pass.ts'
import type { ZoneOf } from '../functions/points/auditing.ts'
import { rootOverRoots } from '../functions/shared/merkle.ts'
import { ExactClaims } from './ledger-verify-claims.ts'
import { startProgress } from './progress.ts'

/** No Lambda function runs longer, so whatever began before is written or never will be. */
export const RUN_MAX_MS = 15 * 60_000

export type Verified = {
  readonly findings: readonly Finding[]
  readonly accounts: number
  readonly entries: number
  /** Rows that were left out of what is compared between rows, because the other side may not be written yet. */
  readonly young: number
  readonly root?: string
}

export type Extent = {
  /** Nobody writes meanwhile: every read is strong and nothing has to be left out. */
  readonly isQuiet: boolean
  /** About how many there are, for telling how far it is. */
  readonly rows: number
  readonly isSilent?: boolean
}

/** One pass; a second one, exact, where the first found more differences than its sketch can name. */
export async function verifyLedger(ctx: Context, about: Extent): Promise<Verified> {
  const zoneOf = await zonesOf(ctx)
  // Where nobody writes there is nothing to wait for between two looks.
  const own = about.isQuiet ? { ...ctx, wait: async () => undefined } : ctx
  const before = about.isQuiet ? Number.MAX_SAFE_INTEGER : ctx.now - RUN_MAX_MS
  const pass = (sums: ReturnType<typeof newSums>) => onePass(own, { ...about, sums, zoneOf })
  const first = await pass(newSums(before))
  if (first.isComplete) return first
  return pass({ ...newSums(before), sketch: new ExactClaims() })
}

type Work = {
  readonly sums: ReturnType<typeof newSums>
  readonly zoneOf: ZoneOf
} & Extent

async function onePass(ctx: Context, { sums, zoneOf, isQuiet, isSilent, rows }: Work) {
  const progress = isSilent ? undefined : startProgress({ label: 'audit', total: rows })
  const findings: Finding[] = []
  const roots: string[] = []
  const goOn = (counts: { rows: number }) => {
    progress?.update(counts.rows)
    return true
  }
  const young = countYoung(ctx, sums.before)
  for (let segment = 0; segment < SEGMENTS; segment += 1) {
    const audited = await auditSegment(ctx, { segment, total: SEGMENTS, isStrong: isQuiet, sums, zoneOf, goOn })
    if (audited) roots.push(audited.root)
    findings.push(...(audited?.findings ?? []))
  }
  progress?.update(sums.counts.rows)
  progress?.end()
  const left = young.end()
  const { findings: closing, isComplete } = await closeSums(ctx, sums, zoneOf)
  const legs = new Set(closing.flatMap(({ invariant, key }) => (invariant === 'I13' && key !== undefined ? [key] : [])))
  if (legs.size > 0) closing.push(...(await findLegs(ctx, legs, { segment: 0, total: 1 })))
  const { accounts, entries } = sums.counts
  const all = [...findings, ...closing]
  return { findings: all, accounts, entries, young: left, root: rootOverRoots(roots), isComplete }
}

/** Counts on the pages that the scan reads anyway. */
function countYoung({ table }: Context, before: number): { readonly end: () => number } {
  const { middlewareStack } = table.reader
  let count = 0
  middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args)
      if ('TotalSegments' in args.input)
        count += itemsOf(result.output).filter((row) => writtenAt(row) >= before).length
      return result
    },
    { step: 'initialize', name: 'young', override: true },
  )
  return {
    end() {
      middlewareStack.remove('young')
      return count
    },
  }
}

/** The answer to a scan, whose shape the middleware of all commands does not know. */
function itemsOf(output: object): readonly Row[] {
  return (output as { readonly Items?: readonly Row[] }).Items ?? []
}

/** When an entry, or a row that speaks of one, was written; 0 for what stands outside the books. */
export function writtenAt({ pk, at, done }: Row): number {
  return /^[AROV]#/.test(String(pk)) ? Math.max(Number(at ?? 0), Number(done?.at ?? 0)) : 0
}
