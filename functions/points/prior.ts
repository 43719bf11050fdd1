/** What a till is told of the award that stands in its way: when, by whom, how many points, and whose, masked. */
import { memberBrief } from '../members/find.ts'
import { hasRole } from '../platform/auth.ts'
import type { Context } from '../platform/context.ts'
import { staffName } from '../program/staff-current.ts'
import { isoTime } from '../shared/dates.ts'
import type { Entry } from './entry.ts'
import type { AwardedReceipt } from './receipt.ts'

export type Prior = {
  readonly recordedAt: string
  readonly by: string
  readonly points: number
  readonly member: { readonly name: string | null }
  /** It was taken back since, and awards nothing now. */
  readonly undone?: true
}

/** What became of the award since, as far as whoever asks again must know it. */
export type Since = { readonly isUndone: boolean }

export function sinceOf({ history }: Pick<AwardedReceipt, 'history'>): Since {
  return { isUndone: history?.undone !== undefined }
}

/** Headers beside the first answer: who it was, told to people at the desk only, and that it was undone. */
export async function awardedBy(
  ctx: Context,
  { actor }: Entry,
  { isUndone }: Since,
): Promise<Readonly<Record<string, string>>> {
  return {
    ...(isPerson(ctx) && { 'Awarded-By': encodeURIComponent((await staffName(ctx, actor)) ?? actor) }),
    ...(isUndone && { 'Award-Undone': 'true' }),
  }
}

function isPerson({ actor }: Context): boolean {
  return hasRole(actor, 'cashier', 'manager', 'admin')
}

/** Only the store of the receipt comes this far, and machines are told no names. */
export async function priorOf(
  ctx: Context,
  { at, actor, points, memberId }: Entry,
  { isUndone }: Since,
): Promise<Prior> {
  const prior = { recordedAt: isoTime(at), points, ...(isUndone && { undone: true as const }) }
  if (!isPerson(ctx)) return { ...prior, by: actor, member: { name: null } }
  const [member, name] = await Promise.all([memberBrief(ctx, memberId), staffName(ctx, actor)])
  return { ...prior, by: name ?? actor, member: { name: member?.maskedName ?? null } }
}
