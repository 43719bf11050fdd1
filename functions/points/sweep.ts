/**
 * Once per local date everything that is due is written down: points mature and expire, reservations time out. Nothing
 * depends on it being on time, because whoever touches an account first does the same. It goes on where it stopped: an
 * account that was settled is no longer listed.
 */
import * as z from 'zod'
import { command } from '../platform/command.ts'
import { type Context, withOwnTime } from '../platform/context.ts'
import { causeOf } from '../platform/log.ts'
import { versionAt } from '../program/book.ts'
import { findBook } from '../program/current.ts'
import { addToDate, type LocalDate, localDate } from '../shared/dates.ts'
import { settleAccount } from './settle-account.ts'
import { DUE_SHARDS, type DuePage, duePage, loadMark, saveMark } from './sweep-store.ts'

/**
 * How far the first sweep of a deployment looks back. It comes within the deployment's first hour, and no account is due on
 * a day before it was last written.
 */
const LOOK_BACK = 'P31D'
/** Accounts at once: far below what one table takes, far above what one after the other would do. */
const AT_ONCE = 8

export type Swept = {
  readonly state: 'done' | 'paused' | 'nothing'
  readonly day: LocalDate | null
  readonly settled: number
  readonly failed: number
}

type Progress = { settled: number; failed: number; readonly until: number }

/**
 * Settles every account that is due up to today, for at most `milliseconds`; `paused` says that the next run has more to do.
 * @returns what was done, in accounts. An account that fails is logged, left for the next run, and keeps the day open.
 */
export const sweep = command({
  name: 'points.sweep',
  input: z.strictObject({ milliseconds: z.int().min(1_000).max(900_000) }),
  allow: ['system'],
  async run(ctx, { milliseconds }): Promise<Swept> {
    const book = await findBook(ctx)
    if (book === undefined) return { state: 'nothing', day: null, settled: 0, failed: 0 }
    const today = localDate(ctx.now, versionAt(book, ctx.now).document.zone)
    const mark = await loadMark(ctx)
    const progress: Progress = { settled: 0, failed: 0, until: ctx.elapsed() + milliseconds }
    if (mark !== undefined && mark >= today) return { state: 'nothing', day: today, settled: 0, failed: 0 }
    // The last day once more: a command that began before midnight may have been written after the sweep had passed.
    for (let day = mark ?? addToDate(today, `-${LOOK_BACK}`); day <= today; day = addToDate(day, 'P1D')) {
      if (!(await sweepDay(ctx, day, progress))) return { state: 'paused', day, ...counts(progress) }
    }
    if (progress.failed === 0) await saveMark(ctx, today)
    return { state: 'done', day: today, ...counts(progress) }
  },
})

function counts({ settled, failed }: Progress) {
  return { settled, failed }
}

/** @returns false when the time was up before the day was through. */
async function sweepDay(ctx: Context, day: LocalDate, progress: Progress): Promise<boolean> {
  for (let shard = 0; shard < DUE_SHARDS; shard += 1) {
    let from: DuePage['next']
    do {
      if (ctx.elapsed() > progress.until) return false
      const page = await duePage(ctx, { day, shard }, from)
      await settleAll(ctx, page.memberIds, progress)
      from = page.next
    } while (from !== undefined)
  }
  return true
}

async function settleAll(ctx: Context, memberIds: readonly string[], progress: Progress): Promise<void> {
  const left = [...memberIds]
  const worker = async () => {
    for (let memberId = left.pop(); memberId !== undefined; memberId = left.pop()) {
      await settleOne(ctx, memberId, progress)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
}

/** What one account cannot do must not keep the others waiting. */
async function settleOne(ctx: Context, memberId: string, progress: Progress): Promise<void> {
  const own = forOne(ctx)
  try {
    const { isSettled } = await settleAccount(own, { memberId })
    if (isSettled) progress.settled += 1
  } catch (error) {
    progress.failed += 1
    const { requestId } = ctx
    ctx.log({ level: 'error', message: 'account not settled', requestId, memberId, cause: causeOf(error) })
  } finally {
    for (const key of ['requests', 'writeUnits', 'readUnits'] as const) ctx.table.usage[key] += own.table.usage[key]
  }
}

/** Each account has the time of a command of its own, and its own count of units. */
function forOne(ctx: Context): Context {
  const usage = { requests: 0, writeUnits: 0, readUnits: 0 }
  return { ...withOwnTime(ctx), table: { ...ctx.table, usage } }
}
