/**
 * One pass over the whole ledger, a segment at a time: every account against its entries, and everything that rows say of
 * one another. What a scan finds suspicious is judged by strong reads before it is called wrong.
 */
import type { Context } from '../platform/context.ts'
import { findBook } from '../program/current.ts'
import { Leaves } from '../shared/merkle.ts'
import { digestOf, Sketch } from '../shared/sketch.ts'
import { readable } from './audit-account.ts'
import { moveClaim } from './audit-claims.ts'
import { type AuditCounts, LedgerFold, type Sums, type Suspect } from './audit-fold.ts'
import { type Finding, judgeAccount, judgeReceipt, judgeShard, judgeUnmatched } from './audit-judge.ts'
import { type Segment, scanPages } from './audit-store.ts'
import type { ZoneOf } from './auditing.ts'
import { entryFromRow } from './row-schema.ts'

/** Partitions of the work and of the day's anchor. */
export const SEGMENTS = 16

/** `before`: entries from then on are left out of what is compared between accounts. */
export function newSums(before: number): Sums {
  const counts = { accounts: 0, entries: 0, rows: 0 }
  return { counts, before, sketch: new Sketch(), trial: 0, shards: new Map() }
}

/** A segment is added up on a copy, so that one that was stopped halfway leaves nothing behind. */
export function copyOf({ counts, sketch, before, trial, shards }: Sums): Sums {
  return {
    ...{ before, trial },
    counts: { ...counts },
    sketch: new Sketch(sketch.bytes()),
    shards: new Map([...shards].map(([name, sums]) => [name, { ...sums }])),
  }
}

export async function zonesOf(ctx: Context): Promise<ZoneOf> {
  const book = await findBook(ctx)
  const zones = new Map(book?.versions.map(({ version, document }) => [version, document.zone]))
  const latest = book?.versions.at(-1)?.document.zone
  return (program) => zones.get(program) ?? latest
}

export type SegmentAudit = {
  readonly root: string
  readonly counts: AuditCounts
  readonly findings: readonly Finding[]
}

export type SegmentWork = Segment & {
  readonly sums: Sums
  readonly zoneOf: ZoneOf
  /** Called after each page; false stops the work. */
  readonly goOn: (counts: AuditCounts) => boolean
}

/** @returns undefined when it was stopped; the sums are then of no use, because they hold a part of the segment. */
export async function auditSegment(ctx: Context, work: SegmentWork): Promise<SegmentAudit | undefined> {
  const { sums, zoneOf, goOn, ...segment } = work
  const before = { ...sums.counts }
  const leaves = new Leaves()
  const findings: Finding[] = []
  const fold = new LedgerFold({ sums, zoneOf, leaf: (leaf) => leaves.add(leaf) })
  const judgeAll = async (suspects: readonly Suspect[]) => {
    for (const suspect of suspects) findings.push(...(await judge(ctx, suspect, zoneOf)))
  }
  for await (const rows of scanPages(ctx, segment)) {
    for (const row of rows) {
      const suspects = fold.add(row)
      if (suspects.length > 0) await judgeAll(suspects)
    }
    if (!goOn(sums.counts)) return undefined
  }
  await judgeAll(fold.end())
  const { accounts, entries, rows } = sums.counts
  const counts = { accounts: accounts - before.accounts, entries: entries - before.entries, rows: rows - before.rows }
  return { root: leaves.root(), counts, findings }
}

/** The members whose entry is the one leg that a trial balance has told of, by the digests that it named. */
export async function findLegs(ctx: Context, digests: ReadonlySet<string>, segment: Segment): Promise<Finding[]> {
  const findings: Finding[] = []
  for await (const rows of scanPages(ctx, segment)) {
    for (const row of rows) {
      const entry = String(row.sk).startsWith('E#') ? readable(() => entryFromRow(row)) : undefined
      const move = entry && moveClaim(entry)
      if (entry === undefined || move === undefined || !digests.has(digestOf(move.claim))) continue
      const { memberId, seq, type, operation } = entry
      findings.push({ invariant: 'I13', what: `${type} has no other leg`, memberId, seq, key: operation })
    }
  }
  return findings
}

/** A row that no schema accepts stays what it is, however often it is read. */
async function judge(ctx: Context, { kind, key, faults }: Suspect, zoneOf: ZoneOf): Promise<Finding[]> {
  if (kind === 'account') return judgeAccount(ctx, key, zoneOf)
  if (kind === 'receipt') return judgeReceipt(ctx, key)
  return faults.map((fault) => ({ ...fault, key }))
}

/**
 * What only the whole tells: claims that nobody answers, stocks and budgets, and the trial balance. `isComplete` is false
 * when more claims disagree than the sketch can name; that is a finding of its own.
 */
export async function closeSums(
  ctx: Context,
  sums: Sums,
  zoneOf: ZoneOf,
): Promise<{ readonly findings: Finding[]; readonly isComplete: boolean }> {
  const findings: Finding[] = []
  const { claims, isComplete } = sums.sketch.unmatched()
  if (!isComplete)
    findings.push({ invariant: 'I6', what: 'more operations and entries disagree than one pass can name' })
  for (const claim of claims) findings.push(...(await judgeUnmatched(ctx, claim, zoneOf)))
  for (const [name, shard] of sums.shards) findings.push(...(await judgeShard(ctx, name, shard)))
  if (sums.trial !== 0)
    findings.push({ invariant: 'I13', what: `the books of all members differ by ${sums.trial} points` })
  return { findings, isComplete }
}
