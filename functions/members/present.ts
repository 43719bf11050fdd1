/**
 * Who stands for a member now: the member, or whoever took everything over in a merger. The account in the ledger decides;
 * a profile says nothing about it.
 */
import type { Context } from '../platform/context.ts'
import { Refusal } from '../platform/problem.ts'
import type { Present } from './row-schema.ts'
import { readProfile, readStanding } from './store.ts'
import { viewFor } from './views.ts'

/** A member may be merged again and again, but nobody does it this often. */
const MERGES_MAX = 32

/**
 * @returns undefined where there is no such member. Two units, one where a moment's delay does no harm; as much again for
 * each merger.
 */
export async function presentMember(ctx: Context, memberId: string, consistent = true): Promise<Present | undefined> {
  const read = (id: string) => Promise.all([readProfile(ctx, id, consistent), readStanding(ctx, id, consistent)])
  let [profile, account] = await read(memberId)
  for (let merges = 0; account?.mergedInto !== undefined && merges < MERGES_MAX; merges += 1) {
    ;[profile, account] = await read(account.mergedInto)
  }
  return profile && account && { profile, standing: account.standing }
}

/** The member as staff may see and serve it. @throws Refusal `not_found` also for who sees nothing of it, `account_closed` */
export async function servedMember(ctx: Context, memberId: string): Promise<Present> {
  const member = await presentMember(ctx, memberId)
  if (member === undefined || viewFor(ctx.actor, member) === undefined) throw new Refusal('not_found')
  if (member.standing === 'closed') throw new Refusal('account_closed')
  return member
}

/** @returns the id of the member who stands for this one now. One unit, and one for each merger. */
export async function survivorOf(ctx: Context, memberId: string): Promise<string> {
  let id = memberId
  for (let merges = 0; merges < MERGES_MAX; merges += 1) {
    const account = await readStanding(ctx, id)
    if (account?.mergedInto === undefined) return id
    id = account.mergedInto
  }
  return id
}
