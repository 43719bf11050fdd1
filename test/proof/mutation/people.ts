/** Members of the stories of this folder as they sign in, join and are enrolled, in one line each. */
import assert from 'node:assert/strict'
import { enrol } from '../../../functions/members/enrol.ts'
import { joinWith } from '../../../functions/members/join.ts'
import { patchMember } from '../../../functions/members/patch.ts'
import { recognise } from '../../../functions/members/recognise.ts'
import { type Actor, SYSTEM } from '../../../functions/platform/auth.ts'
import type { Row } from '../../../functions/platform/table.ts'
import { type Key, keys } from '../../../functions/platform/table-design.ts'
import { tellLedger } from '../../../functions/points/tell-ledger.ts'
import { keyedHash } from '../../../functions/shared/canonical.ts'
import { type Asking, expectOutcome, type Reply, type Shop } from './shop.ts'

export const ANN = 'ann@example.org'
export const ANN_NEW = 'ann@new.example'
const SECRET = 'the secret of the stories'

const join = joinWith(tellLedger)

/** Ann, who has signed in this moment with a proven address. */
export function signedIn(shop: Shop, more: Partial<Actor> = {}): Actor {
  const authTime = Math.floor(shop.now / 1_000)
  return { id: 'subject-1', roles: ['member'], stores: [], contact: ANN, authTime, ...more }
}

export const joined = (shop: Shop, fields: object = {}, asking: Asking = {}): Promise<Reply> =>
  shop.ask(join, { name: 'Ann', ...fields }, { key: shop.next(), actor: signedIn(shop), ...asking })

export const recognised = (shop: Shop, subject = 'subject-1'): Promise<Reply> =>
  shop.ask(recognise, { subject, email: ANN }, { actor: SYSTEM })

export const patched = (shop: Shop, memberId: string, changes: object, asking: Asking & { v?: number } = {}) =>
  shop.ask(patchMember, { memberId, ifMatch: `"${asking.v ?? 1}"`, ...changes }, asking)

/** @returns the id of somebody who was enrolled at the counter */
export async function enrolledAt(shop: Shop, fields: object = { email: ANN }): Promise<string> {
  const memberId = shop.upcomingId('mem')
  await expectOutcome(shop.ask(enrol, { name: 'Ann', ...fields }, { key: shop.next() }), '201')
  return memberId
}

/** @returns Ann as her own member, after joining */
export async function annJoined(shop: Shop): Promise<Actor & { readonly memberId: string }> {
  const memberId = shop.upcomingId('mem')
  await expectOutcome(joined(shop), '201')
  return { ...signedIn(shop), id: memberId, memberId }
}

export const claimKey = (email = ANN): Key => keys.claim(keyedHash(SECRET, `email:${email}`))
export const claimOf = (shop: Shop, email = ANN): Promise<Row | undefined> => shop.row('Members', claimKey(email))

export async function expectProven(shop: Shop, email: string, at: number): Promise<void> {
  assert.equal((await claimOf(shop, email))?.provenAt, at, `${email} is not proven as it should be`)
}
