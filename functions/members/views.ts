/** What of a member is shown, and to whom: four views, each with no field more than its schema names. */
import { type Actor, hasRole, isOwnStore } from '../platform/auth.ts'
import { isoTime } from '../shared/dates.ts'
import { maskedPhone } from './contact.ts'
import { maskedEmail } from './email.ts'
import type { EnrolmentAnswer, Present, Profile } from './row-schema.ts'
import type { EnrolInput, MemberForPos, MemberFull, MemberMasked, MemberOwn, MemberView } from './schema.ts'

/** The most that any role of the caller shows, or undefined where none shows anything. */
export function viewFor(actor: Actor, member: Present): MemberView | undefined {
  const { profile } = member
  if (hasRole(actor, 'admin')) return fullView(member)
  if (hasRole(actor, 'manager') && isInOwnStores(actor, profile)) return fullView(member)
  if (hasRole(actor, 'manager', 'cashier')) return maskedView(member)
  if (hasRole(actor, 'caller') && profile.ownerId === actor.id) return maskedView(member)
  return hasRole(actor, 'pos') ? posView(member) : undefined
}

/** A member of no store is in everybody's who has all stores. */
export function isInOwnStores(actor: Actor, profile: Profile): boolean {
  return profile.storeId === undefined ? actor.stores === '*' : isOwnStore(actor, profile.storeId)
}

export function maskedView({ profile, standing }: Present): MemberMasked {
  return {
    id: profile.memberId,
    status: standing,
    cardNumber: profile.cardNumber,
    name: profile.name ?? null,
    ...maskedContacts(profile),
    emailVerified: profile.emailVerifiedAt !== undefined,
    locale: profile.locale ?? null,
    tier: null,
    externalId: profile.externalId ?? null,
    storeId: profile.storeId ?? null,
    consents: profile.consents,
    joinedAt: isoTime(profile.joinedAt),
    links: linksOf(profile.memberId),
  }
}

export function fullView(member: Present): MemberFull {
  const { profile } = member
  return {
    ...maskedView(member),
    phone: profile.phone ?? null,
    email: profile.email ?? null,
    birthday: profile.birthday ?? null,
    referralCode: profile.referralCode,
    closeRequestedAt: profile.closeRequestedAt === undefined ? null : isoTime(profile.closeRequestedAt),
  }
}

export function posView(member: Present): MemberForPos {
  const { id, status, tier, cardNumber, externalId } = maskedView(member)
  return { id, status, tier, cardNumber, externalId }
}

export function ownView(member: Present): MemberOwn {
  const { externalId: _, links: __, ...own } = fullView(member)
  return own
}

/** What an enrolment answers, but for the id and what follows from it. */
export function enrolmentAnswer(
  input: EnrolInput,
  given: Pick<Profile, 'cardNumber' | 'referralCode' | 'joinedAt'>,
): EnrolmentAnswer {
  return {
    cardNumber: given.cardNumber,
    name: input.name ?? null,
    ...maskedContacts(input),
    locale: input.locale ?? null,
    tier: null,
    referralCode: given.referralCode,
    referral: null,
    joinedAt: isoTime(given.joinedAt),
    externalId: input.externalId ?? null,
    storeId: input.storeId ?? null,
  }
}

export function linksOf(memberId: string) {
  return { self: `/v1/members/${memberId}`, account: `/v1/points/accounts/${memberId}` }
}

function maskedContacts({ phone, email }: Pick<Profile, 'phone' | 'email'>) {
  return {
    phone: phone === undefined ? null : maskedPhone(phone),
    email: email === undefined ? null : maskedEmail(email),
  }
}
