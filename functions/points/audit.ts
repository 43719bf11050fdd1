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
import { sum } from './account.ts'
import { freezeRed } from './audit-freeze.ts'
import type { Finding } from './audit-judge.ts'
import { auditSegment, closeSums, copyOf, newSums, SEGMENTS, zonesOf } from './audit-pass.ts'
import { loadProgress, loadRoot, type Part, type Progress, saveAnchor, saveProgress } from './audit-store.ts'
import type { ZoneOf } from './auditing.ts'

/** No Lambda function runs for longer, so what began before is written or never will be. */
const RUN_MAX_MS = 15 * 60_000
/** Findings that are told one by one; the number counts them all. */
const TOLD_MAX = 100
const DAY_MS = 86_400_000
const SAVE_EVERY_MS = 60_000

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
    const terms = { zoneOf: await zonesOf(ctx), until }
    return work(ctx, before?.day === day ? before : begun(ctx, day, before?.n ?? 0), terms)
  },
})

function begun(ctx: Context, day: string, n: number): Progress {
  return { day, n, parts: [], sums: newSums(ctx.now - RUN_MAX_MS) }
}

/** The first tick of a day tells when the day before was never sealed. */
async function requireYesterday(ctx: Context): Promise<void> {
  const yesterday = isoTime(ctx.now - DAY_MS).slice(0, 10)
  if (await loadRoot(ctx, yesterday)) return
  const { requestId } = ctx
  ctx.log({ level: 'error', message: `the audit of ${yesterday} was not finished`, requestId, metric: 'AnchorMissing' })
}

type Terms = { readonly zoneOf: ZoneOf; readonly until: number }

/** What was done is kept every minute and when the time is up, because keeping it costs more than reading a small ledger. */
async function work(ctx: Context, start: Progress, terms: Terms): Promise<Audited> {
  let progress = start
  let savedAt = ctx.elapsed()
  while (progress.parts.length < SEGMENTS) {
    const next = await nextSegment(ctx, progress, terms)
    if (next === undefined) {
      if (progress.parts.length > start.parts.length) await saveProgress(ctx, progress)
      return { state: 'paused', day: progress.day, findings: findingsOf(progress) }
    }
    progress = next
    if (ctx.elapsed() - savedAt < SAVE_EVERY_MS) continue
    progress = await saveProgress(ctx, progress)
    savedAt = ctx.elapsed()
  }
  // Whoever is first decides what is sealed; a second worker finds it there and seals the same.
  return seal(ctx, start.parts.length < SEGMENTS ? await saveProgress(ctx, progress) : progress, terms.zoneOf)
}

async function nextSegment(ctx: Context, progress: Progress, { zoneOf, until }: Terms): Promise<Progress | undefined> {
  const sums = copyOf(progress.sums)
  const segment = progress.parts.length
  const usage = { requests: 0, writeUnits: 0, readUnits: 0 }
  const own = { ...ctx, table: { ...ctx.table, usage } }
  const began = ctx.elapsed()
  const goOn = () => ctx.elapsed() < until
  const audited = await auditSegment(own, { segment, total: SEGMENTS, sums, zoneOf, goOn })
  for (const key of ['requests', 'writeUnits', 'readUnits'] as const) ctx.table.usage[key] += usage[key]
  if (audited === undefined) return undefined
  const { root, counts, findings } = audited
  await tell(ctx, findings)
  const part: Part = {
    root,
    accounts: counts.accounts,
    entries: counts.entries,
    findings: findings.length,
    milliseconds: Math.round(ctx.elapsed() - began),
    readUnits: usage.readUnits,
  }
  return { ...progress, sums, parts: [...progress.parts, part] }
}

async function seal(ctx: Context, progress: Progress, zoneOf: ZoneOf): Promise<Audited> {
  const { day, sums, parts } = progress
  const { findings: found } = await closeSums(ctx, sums, zoneOf)
  await tell(ctx, found)
  const { accounts, entries } = sums.counts
  const findings = findingsOf(progress) + found.length
  for (const [part, anchor] of parts.entries()) await saveAnchor(ctx, { day, part }, anchor)
  await saveAnchor(
    ctx,
    { day, part: 'ROOT' },
    {
      root: rootOverRoots(parts.map(({ root }) => root)),
      ...{ accounts, entries, findings },
      milliseconds: sum(parts.map(({ milliseconds }) => milliseconds)),
      readUnits: sum(parts.map(({ readUnits }) => readUnits)),
    },
  )
  const counts = { accounts, entries, findings }
  ctx.log({ level: 'info', message: 'audit sealed', requestId: ctx.requestId, metric: 'AuditSealed', ...counts })
  return { state: 'sealed', day, findings }
}

function findingsOf({ parts }: Progress): number {
  return sum(parts.map(({ findings }) => findings))
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
