/** Records that a reward is on its way into the member's hands: ready, handed over, shipped, delivered. */
import { Answer, REPLAYED } from '../platform/answer.ts'
import { command } from '../platform/command.ts'
import type { Context } from '../platform/context.ts'
import { Refusal } from '../platform/problem.ts'
import { LostRace, transact } from '../platform/transact.ts'
import { requireActiveStaff } from '../program/staff-current.ts'
import { type LaterStep, mayGo, type Step } from './fulfilment.ts'
import { redemptionWrite } from './redemption-store.ts'
import { heldStates, redemptionOf } from './redemptions.ts'
import type { Redemption } from './row-schema.ts'
import { FulfilInput } from './schema.ts'
import { reservationView } from './views.ts'

/**
 * Goes forward only, and only once the points were captured; the same step again is answered as at first.
 * @returns the reservation with its step. Refuses: `step_refused`, `redemption_returned`, `not_found` also for a voucher.
 */
export const fulfilRedemption = command({
  name: 'rewards.fulfil',
  input: FulfilInput,
  allow: ['cashier', 'manager', 'admin', 'pos'],
  async run(ctx, { redemptionId, state }) {
    const seen = await redemptionOf(ctx, redemptionId)
    const { fulfilment } = seen
    if (fulfilment === 'instant') throw new Refusal('not_found')
    await requireActiveStaff(ctx, seen.memberId)
    if (seen.state === state) return new Answer(200, reservationView(seen, 'captured'), REPLAYED)
    if (seen.state === 'returned') throw new Refusal('redemption_returned')
    if (!mayGo(fulfilment, stepOf(seen), state) || !(await isCaptured(ctx, seen))) {
      throw new Refusal('step_refused', { params: { step: seen.state } })
    }
    return reservationView(await gone(ctx, seen, state), 'captured')
  },
})

async function gone(ctx: Context, seen: Redemption, state: LaterStep): Promise<Redemption> {
  const last = { at: ctx.now, by: ctx.actor.id }
  const next: Redemption = { ...seen, state, last, revision: seen.revision + 1 }
  const outcome = await transact(ctx, [redemptionWrite(next)])
  if (outcome.kind === 'refused') throw new LostRace()
  return next
}

async function isCaptured(ctx: Context, redemption: Redemption): Promise<boolean> {
  return (await heldStates(ctx, [redemption])).get(redemption.id)?.state === 'captured'
}

/** Where a held reward is; what is said of vouchers only is nowhere on this way. */
function stepOf({ state }: Redemption): Step {
  return state === 'issued' || state === 'used' || state === 'cancelled' || state === 'returned' ? 'requested' : state
}
