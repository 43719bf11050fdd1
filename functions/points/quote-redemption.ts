/** The largest number of points that may pay for a receipt now, by the program's rules. */
import { namedMember } from '../members/find.ts'
import { requireStore } from '../platform/auth.ts'
import { command } from '../platform/command.ts'
import { versionAt } from '../program/book.ts'
import { programBook, storeOf } from '../program/current.ts'
import { mulDivFloor } from '../shared/points.ts'
import type { Account } from './account.ts'
import { requireCurrency, requireOpen } from './awarding.ts'
import { cardLimit } from './card-limit.ts'
import { balancesOf } from './entry.ts'
import { termsOf } from './operation.ts'
import { RedemptionQuoteInput } from './schema.ts'
import { settle } from './settle.ts'
import { largestPayment, reasonsAgainst } from './spending.ts'

/**
 * @returns points and what they are worth in minor units, 0 with all `reasons` where the member may not redeem at all.
 * `cardOnlyLeft`: how many may still go today without the member's code, where the program limits that.
 */
export const quoteRedemption = command({
  name: 'points.quoteRedemption',
  input: RedemptionQuoteInput,
  allow: ['cashier', 'manager', 'admin', 'pos'],
  async run(ctx, { storeId, total, ...name }) {
    requireStore(ctx.actor, storeId)
    await storeOf(ctx, storeId)
    const version = versionAt(await programBook(ctx), ctx.now)
    const named = await namedMember(ctx, name)
    const limit = cardLimit(ctx, named, version)
    const loaded = await limit.load(ctx, named.memberId)
    requireOpen(loaded.account)
    requireCurrency(total.currency, version.document, '/total/currency')
    const terms = termsOf(ctx, version, loaded)
    const { account } = settle(loaded.account, terms)
    const reasons = reasonsAgainst(account, 0, terms)
    const left = limit.left()
    const points = reasons.length > 0 ? 0 : largestPayment(withAtMost(account, left), total, version.document)
    const ratio = version.document.redemption.payWithPoints?.ratio
    const amount = ratio ? mulDivFloor(points, ratio.minor, ratio.points) : 0
    return {
      points,
      amount: { amount, currency: total.currency },
      reasons,
      balances: balancesOf(account.balances),
      ...(left !== undefined && { cardOnlyLeft: left }),
    }
  },
})

/** The account as if it had no more to spend than the card alone may spend today. */
function withAtMost(account: Account, left = Number.MAX_SAFE_INTEGER): Account {
  return { ...account, balances: { ...account.balances, available: Math.min(account.balances.available, left) } }
}
