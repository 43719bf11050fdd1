/** One member for whom many tills award at the same time, as when a whole firm shops on one card. */
import { award } from '../../../functions/points/award.ts'
import { isoTime } from '../../../functions/shared/dates.ts'
import { Dice } from '../dice.ts'
import { START, TILL } from '../world.ts'
import { type Deed, type Done, sendUntilAnswered, together } from './crowd.ts'
import { type Figures, figuresOf } from './figures.ts'
import { brokenBooks, ledgerOf, setUp } from './stage.ts'

export type MemberLoad = { readonly seed: number; readonly perSecond: number; readonly seconds: number }
export type MemberRun = {
  readonly done: readonly Done[]
  readonly figures: Figures
  /** How many awards the account has in the end, and their points, whatever the callers were told. */
  readonly awards: number
  readonly points: number
  readonly broken: readonly string[]
  readonly conflicts: number
}

/** Pounds of each purchase, and points for it. */
export const AMOUNT = 7

/** Awards come by chance, not in step: each at any moment of the time, whatever the others do. */
export async function crowdMember({ seed, perSecond, seconds }: MemberLoad): Promise<MemberRun> {
  const { world, members } = await setUp(seed, { members: 1, points: 0 })
  const [memberId = ''] = members
  const began = world.turnstile.time
  const done: Done[] = []
  const dice = new Dice(seed, 'arrivals')
  const arrivals = Array.from({ length: perSecond * seconds }, () => dice.below(seconds * 1_000)).sort((a, b) => a - b)
  const caller = (at: number, number: number) => async () => {
    await world.turnstile.pause(at)
    const deed = purchase(memberId, number, START + world.turnstile.time)
    done.push(await sendUntilAnswered(world, deed, new Dice(seed, `till ${number}`)))
  }
  await together(world, arrivals.map(caller))
  const took = world.turnstile.time - began
  const ledger = await ledgerOf(world)
  return {
    done,
    figures: figuresOf(done, took),
    awards: [...ledger.receipts.values()].filter((receipt) => receipt.memberId === memberId).length,
    points: ledger.accounts.get(memberId)?.a ?? 0,
    broken: brokenBooks(world, ledger),
    conflicts: world.wire.witness.rows['transaction conflict'],
  }
}

/** The receipt is what makes it the same award when it is sent again. */
function purchase(memberId: string, number: number, at: number): Deed {
  const receipt = {
    memberId,
    storeId: 'central',
    receiptNumber: `hot-${number}`,
    purchasedAt: isoTime(at),
    amount: { amount: AMOUNT * 100, currency: 'GBP' },
  }
  return { actor: TILL, run: (ctx) => award(ctx, receipt) }
}
