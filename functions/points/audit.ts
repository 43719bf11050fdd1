/**
 * The nightly audit: once a day every account is compared with its entries and everything with everything that speaks of
 * it, and the day is sealed by one hash over all accounts. It works in parts, so that an hourly tick goes on where the last
 * one stopped.
 */
import * as z from 'zod'
import { command } from '../platform/command.ts'
import type { Context } from '../platform/context.ts'
import { isoTime } from '../shared/dates.ts'
import { rootOverRoots } from '../shared/merkle.ts'
import { freezeRed } from './audit-freeze.ts'
import type { Finding } from './audit-judge.ts'
import { auditSegment, closeSums, newSums, SEGMENTS, zonesOf } from './audit-pass.ts'
import { type AnchorPart, loadProgress, loadRoot, type Progress, saveAnchor, saveProgress } from './audit-store.ts'
import type { ZoneOf } from './auditing.ts'

/** No Lambda function runs for longer, so what began before is written or never will be. */
const RUN_MAX_MS = 15 * 60_000
/** Findings that are told one by one; the number counts them all. */
const TOLD_MAX = 100
const DAY_MS = 86_400_000

export type Audited = {
  readonly state: 'sealed' | 'paused' | 'nothing'
  readonly day: string
  readonly findings: number
}

/**
 * Does what is left of today's audit (UTC) for at most `milliseconds`. Each finding is a log line that raises the alarm, and
 * its account is frozen.
 * @returns `sealed` with the pass that finished the day, `paused` when the time was up, `nothing` when the day has its seal.
 */
export const audit = command({
  name: 'points.audit',
  input: z.strictObject({ milliseconds: z.int().min(1_000).max(900_000) }),
  allow: ['system'],
  async run(ctx, { milliseconds }): Promise<Audited> {
    const day = isoTime(ctx.now).slice(0, 10)
    const sealed = await loadRoot(ctx, day)
    if (sealed) return { state: 'nothing', day, findings: sealed.findings }
    const until = ctx.elapsed() + milliseconds
    const before = await loadProgress(ctx)
    if (before !== undefined && before.day < day) await requireYesterday(ctx)
    const zoneOf = await zonesOf(ctx)
    let progress = before?.day === day ? before : begun(ctx, day, before?.n ?? 0)
    while (progress.roots.length < SEGMENTS) {
      const next = await nextSegment(ctx, progress, { zoneOf, until })
      if (next === undefined) return { state: 'paused', day, findings: progress.findings }
      progress = next
    }
    return seal(ctx, progress, zoneOf)
  },
})

function begun(ctx: Context, day: string, n: number): Progress {
  const counts = { day, startedAt: ctx.now, milliseconds: 0, readUnits: 0, findings: 0 }
  return { ...counts, n, roots: [], sums: newSums(ctx.now - RUN_MAX_MS) }
}

/** The first tick of a day tells when the day before was never sealed. */
async function requireYesterday(ctx: Context): Promise<void> {
  const yesterday = isoTime(ctx.now - DAY_MS).slice(0, 10)
  if (await loadRoot(ctx, yesterday)) return
  const { requestId } = ctx
  ctx.log({ level: 'error', message: `the audit of ${yesterday} was not finished`, requestId, metric: 'AnchorMissing' })
}

type Terms = { readonly zoneOf: ZoneOf; readonly until: number }

async function nextSegment(ctx: Context, progress: Progress, { zoneOf, until }: Terms): Promise<Progress | undefined> {
  const { sums, roots, day } = progress
  const segment = roots.length
  const usage = { requests: 0, writeUnits: 0, readUnits: 0 }
  const own = { ...ctx, table: { ...ctx.table, usage } }
  const began = ctx.elapsed()
  const goOn = () => ctx.elapsed() < until
  const audited = await auditSegment(own, { segment, total: SEGMENTS, sums, zoneOf, goOn })
  for (const key of ['requests', 'writeUnits', 'readUnits'] as const) ctx.table.usage[key] += usage[key]
  if (audited === undefined) return undefined
  const { root, counts, findings } = audited
  await tell(ctx, findings)
  const took = { milliseconds: Math.round(ctx.elapsed() - began), readUnits: usage.readUnits }
  const part: AnchorPart = { day, part: segment }
  await saveAnchor(ctx, part, {
    root,
    ...took,
    accounts: counts.accounts,
    entries: counts.entries,
    findings: findings.length,
  })
  return saveProgress(ctx, {
    ...progress,
    roots: [...roots, root],
    findings: progress.findings + findings.length,
    milliseconds: progress.milliseconds + took.milliseconds,
    readUnits: progress.readUnits + took.readUnits,
  })
}

async function seal(ctx: Context, progress: Progress, zoneOf: ZoneOf): Promise<Audited> {
  const { day, sums, roots, milliseconds, readUnits } = progress
  const found = await closeSums(ctx, sums, zoneOf)
  await tell(ctx, found)
  const findings = progress.findings + found.length
  const { accounts, entries } = sums.counts
  const root = rootOverRoots(roots)
  await saveAnchor(ctx, { day, part: 'ROOT' }, { root, accounts, entries, findings, milliseconds, readUnits })
  const counts = { accounts, entries, findings }
  ctx.log({ level: 'info', message: 'audit sealed', requestId: ctx.requestId, metric: 'AuditSealed', ...counts })
  return { state: 'sealed', day, findings }
}

/** Says what is wrong where, and freezes whom it is wrong with. */
async function tell(ctx: Context, findings: readonly Finding[]): Promise<void> {
  const { requestId } = ctx
  for (const { invariant, what, memberId, seq } of findings.slice(0, TOLD_MAX)) {
    const message = `audit: ${invariant} ${what}`
    const where = { ...(memberId !== undefined && { memberId }), ...(seq !== undefined && { seq }) }
    ctx.log({ level: 'error', message, requestId, metric: 'AuditDeviation', ...where })
  }
  const red = new Set(findings.flatMap(({ memberId }) => memberId ?? []))
  for (const memberId of red) await freezeRed(ctx, memberId)
}
