/**
 * Who stands for a member now: the member, or whoever took everything over in a merger. The account in the ledger decides;
 * a profile says nothing about it.
 */
import type { Context } from '../platform/context.ts'
import type { Present } from './row-schema.ts'
import { readProfile, readStanding } from './store.ts'

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

/** @returns how the account stands that stands for this member now. One unit, and one for each merger. */
export async function survivingStanding(ctx: Context, memberId: string) {
  let id = memberId
  let account = await readStanding(ctx, id)
  for (let merges = 0; account?.mergedInto !== undefined && merges < MERGES_MAX; merges += 1) {
    id = account.mergedInto
    account = await readStanding(ctx, id)
  }
  return account && { ...account, memberId: id }
}

/** @returns the id of the member who stands for this one now. One unit, and one for each merger. */
export async function survivorOf(ctx: Context, memberId: string): Promise<string> {
  return (await survivingStanding(ctx, memberId))?.memberId ?? memberId
}
