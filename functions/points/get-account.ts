/** Balances as of now: one strongly consistent read, settled in memory, so that what is shown can be spent. */
import { memberBrief } from '../members/find.ts'
import { hasRole } from '../platform/auth.ts'
import { command } from '../platform/command.ts'
import type { Context } from '../platform/context.ts'
import { Refusal } from '../platform/problem.ts'
import { versionAt } from '../program/book.ts'
import { programBook } from '../program/current.ts'
import type { Account } from './account.ts'
import { termsOf } from './operation.ts'
import { AccountQuery } from './schema.ts'
import { settle } from './settle.ts'
import { shownAccount } from './statement.ts'
import { type Loaded, loadNamedAccount } from './store.ts'
import { shownTier } from './tier-view.ts'

/** @returns balances, lifetime sums, what expires and matures when, in points, and the level. Refuses: `not_found`, `account_closed`. */
export const getAccount = command({
  name: 'points.getAccount',
  input: AccountQuery,
  allow: ['cashier', 'manager', 'caller', 'admin', 'pos'],
  async run(ctx, { memberId }) {
    await requireMayRead(ctx, memberId)
    return accountView(ctx, await settledAccount(ctx, memberId))
  },
})

/** A settled account as its member and the staff see it. */
export async function accountView(ctx: Context, account: Account) {
  const { document } = versionAt(await programBook(ctx), ctx.now)
  return shownAccount(account, ctx.now, shownTier(account, document, ctx))
}

/** @throws Refusal `not_found`, `account_closed` */
export async function settledAccount(ctx: Context, memberId: string): Promise<Account> {
  return (await settledNow(ctx, memberId)).account
}

/** With the reservations whose time is over, which nobody has written down yet. @throws Refusal `not_found`, `account_closed` */
export async function settledNow(ctx: Context, memberId: string): Promise<Loaded> {
  const version = versionAt(await programBook(ctx), ctx.now)
  const loaded = await loadNamedAccount(ctx, memberId)
  const { status, mergedInto } = loaded.account
  if (status === 'CLOSED' && mergedInto === undefined) throw gone(ctx)
  return { account: settle(loaded.account, termsOf(ctx, version, loaded)).account, lapsed: loaded.lapsed }
}

/** A closed account is gone to staff, and to its member it is not there. */
export function gone(ctx: Context): Refusal {
  return new Refusal(hasRole(ctx.actor, 'member') ? 'not_found' : 'account_closed')
}

/** Callers see the members that they own and nobody else. @throws Refusal `not_found` */
export async function requireMayRead(ctx: Context, memberId: string): Promise<void> {
  if (hasRole(ctx.actor, 'cashier', 'manager', 'admin', 'pos')) return
  const member = await memberBrief(ctx, memberId)
  if (member?.ownerId !== ctx.actor.id) throw new Refusal('not_found')
}
