/** What of a profile is shown: four views, each with no field more than its schema names. */
import { isoTime } from '../shared/dates.ts'
import { maskedEmail, maskedPhone } from './contact.ts'
import type { EnrolmentAnswer, Profile } from './row-schema.ts'
import type { EnrolInput, MemberForPos, MemberFull, MemberMasked, MemberOwn } from './schema.ts'

export function maskedView(profile: Profile): MemberMasked {
  return {
    id: profile.memberId,
    status: profile.status,
    cardNumber: profile.cardNumber,
    name: profile.name ?? null,
    ...maskedContacts(profile),
    locale: profile.locale ?? null,
    tier: null,
    externalId: profile.externalId ?? null,
    storeId: profile.storeId ?? null,
    consents: profile.consents,
    joinedAt: isoTime(profile.joinedAt),
    links: linksOf(profile.memberId),
  }
}

export function fullView(profile: Profile): MemberFull {
  return {
    ...maskedView(profile),
    phone: profile.phone ?? null,
    email: profile.email ?? null,
    birthday: profile.birthday ?? null,
    referralCode: profile.referralCode,
  }
}

export function posView(profile: Profile): MemberForPos {
  const { id, status, tier, cardNumber, externalId } = maskedView(profile)
  return { id, status, tier, cardNumber, externalId }
}

export function ownView(profile: Profile): MemberOwn {
  const { externalId: _, links: __, ...own } = fullView(profile)
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
