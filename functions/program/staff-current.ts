/**
 * Whether the person who calls may still act, and on this account. A token stays good until it expires; the record of the
 * staff is asked again every ten seconds, so that whoever was let go moves no points meanwhile.
 */
import { hasRole } from '../platform/auth.ts'
import type { Context } from '../platform/context.ts'
import { Refusal } from '../platform/problem.ts'
import { isActiveAdmin, type StaffRecord } from './staff-schema.ts'
import { activeAdmins, loadStaff } from './staff-store.ts'

const KEPT_MS = 10_000
const KEPT_MAX = 2_000

/** `from` as well as `until`, because the clock may be set back. */
type Kept = { readonly record: StaffRecord | undefined; readonly from: number; readonly until: number }

const kept = new Map<string, Kept>()

/**
 * Called by every verb that moves value, with the accounts that it moves. Machines have no record and cost nothing; a
 * person without one is as their token says. Costs one unit in ten seconds.
 * @throws Refusal `principal_disabled`, `own_account` for an account of the caller or of their home
 */
export async function requireActiveStaff(ctx: Context, ...memberIds: readonly (string | undefined)[]): Promise<void> {
  if (ctx.actor.isPerson !== true) return
  const record = await currentStaff(ctx, ctx.actor.id)
  if (record?.state === 'disabled') throw new Refusal('principal_disabled')
  if (record?.household.some((own) => memberIds.includes(own))) throw new Refusal('own_account')
}

/** An admin beside whom no other is active has nobody to look over what they publish. Costs one unit or two. */
export async function isOnlyAdmin(ctx: Context): Promise<boolean> {
  if (!hasRole(ctx.actor, 'admin')) return false
  const own = isActiveAdmin(await currentStaff(ctx, ctx.actor.id)) ? 1 : 0
  return (await activeAdmins(ctx)) === own
}

/** @returns the first word of the name, for people who work together; undefined for machines and people without a record. */
export async function staffName(ctx: Context, id: string): Promise<string | undefined> {
  const record = await currentStaff(ctx, id)
  return record?.name.split(' ')[0]
}

/** The record as of at most ten seconds ago. */
async function currentStaff(ctx: Context, id: string): Promise<StaffRecord | undefined> {
  const name = `${ctx.table.names.Operations}/${id}`
  const known = kept.get(name)
  if (known && known.from <= ctx.now && ctx.now < known.until) return known.record
  const record = await loadStaff(ctx, id)
  if (kept.size >= KEPT_MAX) kept.clear()
  kept.set(name, { record, from: ctx.now, until: ctx.now + KEPT_MS })
  return record
}
