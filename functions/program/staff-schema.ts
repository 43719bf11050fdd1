/**
 * The record of one person on the staff: who they are, what they may do and where. Their sign-in lives in the pool; what
 * they may do with it is said here, so that ending somebody's access does not wait for a token to expire.
 */
import * as z from 'zod'
import { idPattern } from '../shared/ids.ts'
import { plainText, StoreId } from './value-schema.ts'

const STAFF_ROLES = ['cashier', 'manager', 'marketer', 'caller', 'admin', 'auditor'] as const
export type StaffRole = (typeof STAFF_ROLES)[number]

const STORES_MAX = 500
const HOUSEHOLD_MAX = 10
const NAME_MAX = 80

/** As the pool makes them: a UUID there, and plain words in the local run. */
export const STAFF_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/
export const StaffId = z.string().regex(STAFF_ID)

const distinct = (items: readonly string[]) => new Set(items).size === items.length
const Roles = z.array(z.enum(STAFF_ROLES)).min(1).max(STAFF_ROLES.length).refine(distinct, { error: 'duplicate_id' })
const Stores = z.union([z.literal('*'), z.array(StoreId).max(STORES_MAX).refine(distinct, { error: 'duplicate_id' })])
/** Members that are this person or live with them; nobody acts on those. */
const Household = z
  .array(z.string().regex(idPattern('mem')))
  .max(HOUSEHOLD_MAX)
  .refine(distinct, { error: 'duplicate_id' })

export const StaffRecord = z.object({
  id: StaffId,
  name: plainText(NAME_MAX),
  email: z.string(),
  roles: Roles,
  stores: Stores,
  /** `invited` until the first sign-in. */
  state: z.enum(['invited', 'active', 'disabled']),
  household: Household,
  version: z.int().min(1),
})
export type StaffRecord = z.infer<typeof StaffRecord>

export const StaffRow = z
  .object({ rv: z.literal(1), ...StaffRecord.shape })
  .transform(({ rv: _rv, ...record }): StaffRecord => record)

/** How many admins may act; never less than one once there was one. */
export const StaffHead = z.object({ admins: z.int().min(0), version: z.int().min(1) })
export type StaffHead = z.infer<typeof StaffHead>
export const StaffHeadRow = z
  .object({ rv: z.literal(1), ...StaffHead.shape })
  .transform(({ rv: _rv, ...head }): StaffHead => head)

export const InviteInput = z.strictObject({
  name: plainText(NAME_MAX),
  email: z.email().max(254).toLowerCase(),
  roles: Roles,
  stores: Stores,
  household: Household.optional(),
})
export type InviteInput = z.infer<typeof InviteInput>

export const PatchStaffInput = z.strictObject({
  staffId: StaffId,
  ifMatch: z.string().max(64, { error: 'stale_version' }).optional(),
  name: plainText(NAME_MAX).optional(),
  roles: Roles.optional(),
  stores: Stores.optional(),
  household: Household.optional(),
  disabled: z.boolean().optional(),
})
export type PatchStaffInput = z.infer<typeof PatchStaffInput>

export function isActiveAdmin(record: StaffRecord | undefined): boolean {
  return record?.state === 'active' && record.roles.includes('admin')
}

/** What an admin may change of a record. Enabled again, a person is active: they were known before. */
export function patchedStaff(record: StaffRecord, patch: PatchStaffInput): StaffRecord {
  const { name, roles, stores, household, disabled } = patch
  const enabled = record.state === 'disabled' ? 'active' : record.state
  return {
    ...record,
    ...(name !== undefined && { name }),
    ...(roles !== undefined && { roles }),
    ...(stores !== undefined && { stores }),
    ...(household !== undefined && { household }),
    ...(disabled !== undefined && { state: disabled ? 'disabled' : enabled }),
    version: record.version + 1,
  }
}

/** The table keeps fields in no order; an answer has the same bytes each time. */
export function staffView({ id, name, email, roles, stores, state, household, version }: StaffRecord) {
  return { id, name, email, roles, stores, state, household, version }
}

/** What the records ask of the pool that holds the sign-ins. The record rules; the pool follows. */
export type StaffPool = {
  /** Invites by mail. Who is in the pool already is taken over as they are. @returns the subject of their tokens. */
  readonly invite: (person: { readonly email: string; readonly name: string }) => Promise<string>
  /** No new sign-in, and every session ended. Doing it again changes nothing, also for one who is gone. */
  readonly disable: (id: string) => Promise<void>
  /** Doing it again changes nothing. */
  readonly enable: (id: string) => Promise<void>
}
