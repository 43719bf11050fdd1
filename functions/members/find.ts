/** What other capabilities ask of members: whose number this is, and what may be said of a member beside the points. */
import type { Context } from '../platform/context.ts'
import { Refusal } from '../platform/problem.ts'
import { cardOfCode, isCurrentCode } from './card-code.ts'
import { maskedName } from './masked-name.ts'
import type { MemberName } from './naming-schema.ts'
import { readClaim, readProfile } from './store.ts'

/** @throws Refusal `member_not_found` */
export async function findMemberId(
  ctx: Context,
  by: { readonly externalId: string } | { readonly cardNumber: string },
): Promise<string> {
  const claim =
    'externalId' in by
      ? ({ kind: 'external', value: by.externalId } as const)
      : ({ kind: 'card', value: by.cardNumber } as const)
  const memberId = await readClaim(ctx, claim)
  if (memberId === undefined) throw new Refusal('member_not_found')
  return memberId
}

/** `shown`: the member's own rotating code proves that the member is there; `expired`: it would have, a minute ago. */
export type NamedMember = { readonly memberId: string; readonly proof: 'none' | 'shown' | 'expired' }

/** @throws Refusal `member_not_found`, also for the code of a card that nobody has */
export async function namedMember(
  ctx: Context,
  { memberId, externalId, cardNumber, code }: MemberName,
): Promise<NamedMember> {
  if (memberId !== undefined) return { memberId, proof: 'none' }
  if (code === undefined) {
    const by = externalId === undefined ? { cardNumber: cardNumber ?? '' } : { externalId }
    return { memberId: await findMemberId(ctx, by), proof: 'none' }
  }
  const isCurrent = isCurrentCode(await ctx.secret(), code, ctx.now)
  const found = await findMemberId(ctx, { cardNumber: cardOfCode(code) })
  return { memberId: found, proof: isCurrent ? 'shown' : 'expired' }
}

/** @throws Refusal `code_expired` */
export function requireCurrent({ proof }: Pick<NamedMember, 'proof'>): void {
  if (proof === 'expired') throw new Refusal('code_expired')
}

export type MemberBrief = {
  readonly storeId?: string
  readonly ownerId?: string
  readonly name?: string
  readonly maskedName: string
  readonly cardNumber: string
  readonly locale?: string
}

/** @returns undefined where there is no such member. */
export async function memberBrief(ctx: Context, memberId: string): Promise<MemberBrief | undefined> {
  const profile = await readProfile(ctx, memberId)
  if (profile === undefined) return undefined
  const { storeId, ownerId, name, cardNumber, locale } = profile
  return { storeId, ownerId, name, maskedName: maskedName(name), cardNumber, locale }
}
