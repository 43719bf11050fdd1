/**
 * Stops a red account from spending until somebody has looked at it. Nothing is ever corrected here: a freeze is an entry like
 * any other, and an account so broken that no entry can be added to it cannot be spent from either.
 */
import { type Context, withOwnTime } from '../platform/context.ts'
import { causeOf } from '../platform/log.ts'
import { accountRow } from './audit-store.ts'
import { freeze } from './freeze.ts'

export type Frozen = 'frozen' | 'already' | 'impossible'

/** @returns `impossible` where the account's rows do not let any command through, which stops spending as well. */
export async function freezeRed(ctx: Context, memberId: string): Promise<Frozen> {
  const own = withOwnTime(ctx)
  try {
    // The member's own account: a freeze by member would reach the survivor of one that was merged.
    if ((await accountRow(own, memberId))?.s !== 'ACTIVE') return 'already'
    await freeze(own, { memberId, reason: 'audit' })
    return 'frozen'
  } catch (error) {
    const { requestId } = ctx
    ctx.log({ level: 'error', message: 'account not frozen', requestId, memberId, cause: causeOf(error) })
    return 'impossible'
  }
}
