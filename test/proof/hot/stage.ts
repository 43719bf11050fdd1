/** What a hot run begins with and is checked by: members with points, a stock or a budget, and the books afterwards. */
import { enrol } from '../../../functions/members/enrol.ts'
import type { Context } from '../../../functions/platform/context.ts'
import { adjust } from '../../../functions/points/adjust.ts'
import { award } from '../../../functions/points/award.ts'
import { openShards } from '../../../functions/points/open-shards.ts'
import { isoTime } from '../../../functions/shared/dates.ts'
import { brokenInvariants } from '../invariants.ts'
import { type Ledger, readLedger } from '../ledger-rows.ts'
import type { Rules } from '../model-book.ts'
import { openWorld, type World } from '../world.ts'

const PLAIN: Rules = { earn: { points: 1, perMinor: 100 }, expiry: { mode: 'none' }, graceDays: 0 }

type Opened = { readonly subject: string; readonly shards: number; readonly total: number }

export type Stage = { readonly members: number; readonly points: number; readonly open?: Opened }

export async function setUp(
  seed: number,
  { members, points, open }: Stage,
): Promise<{ world: World; members: string[] }> {
  const world = await openWorld({ seed, rules: PLAIN, faultRate: 0 })
  const ids: string[] = []
  await world.set(async (ctx) => {
    if (open) await openShards(ctx, open)
    await firstReceipt(ctx)
    for (let number = 0; number < members; number += 1) ids.push(await aMember(ctx, { number, points }))
  })
  return { world, members: ids }
}

/** The shop is not on its first day: until the first receipt every command reads the program anew. */
async function firstReceipt(ctx: Context): Promise<void> {
  const memberId = await aMember(ctx, { number: -1, points: 0 })
  const bought = { receiptNumber: 'first', purchasedAt: isoTime(ctx.now), amount: { amount: 100, currency: 'GBP' } }
  await award(ctx, { memberId, storeId: 'central', ...bought })
}

async function aMember(ctx: Context, { number, points }: { number: number; points: number }): Promise<string> {
  const enrolled = await enrol(
    { ...ctx, idempotencyKey: `enrol-${number}` },
    { externalId: `member-${number}`, storeId: 'central' },
  )
  const memberId = String((enrolled.body as { id: string }).id)
  if (points > 0) {
    const given = { memberId, points, reason: 'other', note: 'To begin with' }
    await adjust({ ...ctx, idempotencyKey: `points-${number}` }, given)
  }
  return memberId
}

/** What lies in the table now. */
export async function ledgerOf(world: World): Promise<Ledger> {
  const read: Ledger[] = []
  await world.set(async (ctx) => {
    read.push(await readLedger(ctx.table))
  })
  const [ledger] = read
  if (ledger === undefined) throw new Error('the ledger was not read')
  return ledger
}

/** The invariants that do not hold, of what was written on the way and of what lies there in the end. */
export function brokenBooks(world: World, ledger: Ledger): string[] {
  return [...world.wire.witness.violations, ...brokenInvariants(ledger)]
}

/** What every shard of a stock or a budget has left, by its number. */
export function leftOf({ shards }: Ledger, subject: string): number[] {
  return shards
    .filter(({ pk }) => pk.startsWith(`K#${subject}#`))
    .sort((a, b) => (a.pk < b.pk ? -1 : 1))
    .map(({ left }) => left)
}
