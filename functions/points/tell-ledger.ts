/** Answers what members make known to the ledger: the commands of points that act on it, as the product itself. */
import type { TellLedger } from '../members/tell-ledger.ts'
import { SYSTEM } from '../platform/auth.ts'
import type { Context } from '../platform/context.ts'
import { holdMember } from './hold-member.ts'
import { verifyMember } from './verify-member.ts'

const asOurselves = (ctx: Context): Context => ({ ...ctx, actor: SYSTEM })

export const tellLedger: TellLedger = {
  verified: (ctx, memberId) => verifyMember(asOurselves(ctx), { memberId }),
  contactChanging: (ctx, memberId, change) => holdMember(asOurselves(ctx), { memberId, change }),
}
