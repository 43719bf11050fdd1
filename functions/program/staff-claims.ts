/** What the token of a person on the staff will say: asked at every sign-in and every renewal, so that a change shows there. */
import * as z from 'zod'
import { command } from '../platform/command.ts'
import { Refusal } from '../platform/problem.ts'
import { StaffId, type StaffRole } from './staff-schema.ts'
import { commitStaff, loadStaff } from './staff-store.ts'

const GROUPS_MAX = 100
const ROLES: readonly StaffRole[] = ['cashier', 'manager', 'marketer', 'caller', 'admin', 'auditor']

const StaffClaimsInput = z.strictObject({
  id: StaffId,
  groups: z.array(z.string().max(128)).max(GROUPS_MAX),
  name: z.string().max(256).optional(),
})

export type StaffClaims = {
  readonly roles: readonly StaffRole[]
  readonly stores: '*' | readonly string[]
  readonly name?: string
}

/**
 * The record says it. Who has none has the roles of their groups in the pool, which is how the first admin comes in: an
 * admin for all stores, anybody else for none until a record names theirs. The first sign-in makes an invited person active.
 * Refuses: `principal_disabled`.
 */
export const staffClaims = command({
  name: 'program.staffClaims',
  input: StaffClaimsInput,
  allow: ['system'],
  async run(ctx, { id, groups, name }): Promise<StaffClaims> {
    const record = await loadStaff(ctx, id)
    if (record === undefined) {
      const roles = ROLES.filter((role) => groups.includes(role))
      return { roles, stores: roles.includes('admin') ? '*' : [], ...(name !== undefined && { name }) }
    }
    if (record.state === 'disabled') throw new Refusal('principal_disabled')
    if (record.state === 'invited') {
      await commitStaff(ctx, { seen: record, next: { ...record, state: 'active', version: record.version + 1 } })
    }
    return { roles: record.roles, stores: record.stores, name: record.name }
  },
})
