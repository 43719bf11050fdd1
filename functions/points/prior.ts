/** What a till is told of the award that stands in its way: when, by whom, how many points, and whose, masked. */
import { memberBrief } from '../members/find.ts'
import { hasRole } from '../platform/auth.ts'
import type { Context } from '../platform/context.ts'
import { staffName } from '../program/staff-current.ts'
import { isoTime } from '../shared/dates.ts'
import type { Entry } from './entry.ts'

export type Prior = {
  readonly recordedAt: string
  readonly by: string
  readonly points: number
  readonly member: { readonly name: string | null }
}

/** Told to people at the desk only, as a header. */
export async function awardedBy(ctx: Context, { actor }: Entry): Promise<Readonly<Record<string, string>>> {
  return isPerson(ctx) ? { 'Awarded-By': encodeURIComponent((await staffName(ctx, actor)) ?? actor) } : {}
}

function isPerson({ actor }: Context): boolean {
  return hasRole(actor, 'cashier', 'manager', 'admin')
}

/** Only the store of the receipt comes this far, and machines are told no names. */
export async function priorOf(ctx: Context, { at, actor, points, memberId }: Entry): Promise<Prior> {
  if (!isPerson(ctx)) return { recordedAt: isoTime(at), by: actor, points, member: { name: null } }
  const [member, name] = await Promise.all([memberBrief(ctx, memberId), staffName(ctx, actor)])
  return { recordedAt: isoTime(at), by: name ?? actor, points, member: { name: member?.maskedName ?? null } }
}
