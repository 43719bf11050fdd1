/** The staff of the stories of this folder: people who are invited, sign in and are let go, in one line each. */
import assert from 'node:assert/strict'
import { type Actor, SYSTEM } from '../../../functions/platform/auth.ts'
import type { Row } from '../../../functions/platform/table.ts'
import { keys } from '../../../functions/platform/table-design.ts'
import { staffClaims } from '../../../functions/program/staff-claims.ts'
import { inviteStaff } from '../../../functions/program/staff-invite.ts'
import { patchStaff } from '../../../functions/program/staff-patch.ts'
import { aStaffPool, type PoolSeen } from '../../support/staff-pool.ts'
import { type Asking, expectOutcome, type Reply, type Shop } from './shop.ts'

export const MAY = { name: 'May Reed', email: 'may@staff.example', roles: ['admin'], stores: '*' } as const
export const JUNE = { ...MAY, name: 'June Ash', email: 'june@staff.example' } as const

export type Office = {
  readonly pool: PoolSeen
  invited(person: object, asking?: Asking): Promise<Reply>
  patched(id: string, version: number, changes: object, asking?: Asking): Promise<Reply>
  signedIn(id: string, groups?: readonly string[]): Promise<Reply>
  record(id: string): Promise<Row | undefined>
  head(): Promise<Row | undefined>
  /** Invited and signed in, so the record stands at its second version. */
  active(person: { readonly email: string }): Promise<Actor>
}

export function officeOf(shop: Shop): Office {
  const pool = aStaffPool()
  const [invite, patch] = [inviteStaff(pool), patchStaff(pool)]
  const office: Office = {
    pool,
    invited: (person, asking = { key: shop.next() }) => shop.ask(invite, person, asking),
    patched: (staffId, version, changes, asking) =>
      shop.ask(patch, { staffId, ifMatch: `"${version}"`, ...changes }, asking),
    signedIn: (id, groups = []) => shop.ask(staffClaims, { id, groups }, { actor: SYSTEM }),
    record: (id) => shop.row('Operations', keys.staff(id)),
    head: () => shop.row('Operations', keys.staffHead()),
    async active(person) {
      const { body } = await expectOutcome(office.invited(person), '201')
      const { id } = body as { id: string }
      await expectOutcome(office.signedIn(id), '200')
      assert.equal((await office.record(id))?.state, 'active')
      return { id, roles: ['admin'], stores: '*', isPerson: true }
    },
  }
  return office
}
