/** A ledger whose entries streams carry: a few members who bought, spent, sent and waited, through the verbs themselves. */
import { enrol } from '../../../functions/members/enrol.ts'
import type { Context } from '../../../functions/platform/context.ts'
import type { Tables } from '../../../functions/platform/table.ts'
import { award } from '../../../functions/points/award.ts'
import { capture } from '../../../functions/points/capture.ts'
import { redeem } from '../../../functions/points/redeem.ts'
import { refund } from '../../../functions/points/refund.ts'
import { reserve } from '../../../functions/points/reserve.ts'
import { transfer } from '../../../functions/points/transfer.ts'
import { voidReservation } from '../../../functions/points/void.ts'
import { isoTime } from '../../../functions/shared/dates.ts'
import { type EntryRow, type Ledger, readLedger } from '../ledger-rows.ts'
import { DAY_MS } from '../london.ts'
import type { Rules } from '../model-book.ts'
import { ADMIN, memberActor, openWorld, type World } from '../world.ts'

/** One and the same ledger for every run; only what happens to the stream is drawn anew. */
const SEED = 1
const RULES: Rules = {
  earn: { points: 1, perMinor: 100 },
  pendingDays: 1,
  expiry: { mode: 'rolling', months: 12 },
  graceDays: 0,
  transfer: { min: 1, maxPerMonth: 1_000_000 },
}

export type Shore = {
  readonly world: World
  /** Past the turnstile, for what goes on beside it. */
  readonly tables: Tables
  readonly ledger: Ledger
  readonly members: readonly string[]
}

export async function aShore(members: number): Promise<Shore> {
  const world = await openWorld({ seed: SEED, rules: RULES, faultRate: 0 })
  const ids: string[] = []
  await world.set(async (ctx) => {
    for (let number = 0; number < members; number += 1) ids.push(await enrolled(ctx, number))
    for (const memberId of ids) await shop(ctx, memberId)
  })
  // Past the day on which points mature, so that the next command settles first.
  world.turnstile.leap(2 * DAY_MS)
  await world.set(async (ctx) => {
    for (const [index, memberId] of ids.entries()) await spend(ctx, memberId, ids[index - 1])
  })
  return { world, tables: world.wire.tables, ledger: await readLedger(world.wire.tables), members: ids }
}

export function entriesOf({ ledger }: Shore, memberId: string): readonly EntryRow[] {
  return ledger.entries.get(memberId) ?? []
}

async function enrolled(ctx: Context, number: number): Promise<string> {
  const { body } = await enrol({ ...ctx, idempotencyKey: `enrol-${number}` }, { externalId: `member-${number}` })
  return String((body as { id: string }).id)
}

const pounds = (amount: number) => ({ amount: amount * 100, currency: 'GBP' })

async function shop(ctx: Context, memberId: string): Promise<void> {
  const store = { storeId: 'central' }
  const at = isoTime(ctx.now)
  for (const amount of [120, 80, 45]) {
    await award(ctx, {
      memberId,
      ...store,
      receiptNumber: `${memberId}-${amount}`,
      purchasedAt: at,
      amount: pounds(amount),
    })
  }
  await refund(ctx, {
    ...store,
    receiptNumber: `${memberId}-45`,
    refundNumber: '1',
    refundedAt: at,
    amount: pounds(20),
  })
}

async function spend(ctx: Context, memberId: string, friend: string | undefined): Promise<void> {
  let keys = 0
  const next = (actor = ADMIN): Context => ({ ...ctx, actor, idempotencyKey: `${memberId}-${++keys}` })
  const about = { memberId, storeId: 'central' }
  await redeem(next(), { ...about, points: 10 })
  for (const end of [capture, voidReservation]) {
    const { body } = await reserve(next(), { ...about, points: 20 })
    await end(next(), { reservationId: (body as { id: string }).id })
  }
  if (friend !== undefined) await transfer(next(memberActor(memberId)), { to: friend, points: 5 })
}
