/**
 * What members may be told and what they answer: inputs and views by role. A contact is in its normal form from here on,
 * so that one phone number written two ways is one phone number.
 */
import * as z from 'zod'
import { Locale, StoreId } from '../program/value-schema.ts'
import { idPattern } from '../shared/ids.ts'
import { isCardNumber } from './card-number.ts'
import { normalName, normalPhone } from './contact.ts'
import { hasControl, normalEmail } from './email.ts'
import { memberNameFields } from './naming-schema.ts'
import { REFERRAL_CODE } from './referral-code.ts'
import { Birthday, Consents } from './row-schema.ts'

const NAME_MAX = 200
const Name = z
  .string()
  .refine((text) => !hasControl(text), { error: 'invalid_value', abort: true })
  .transform(normalName)
  .refine((name) => /[^\p{Z}\p{C}]/u.test(name) && [...name].length <= NAME_MAX, { error: 'out_of_range' })

function inNormalForm(normal: (text: string) => string | undefined) {
  return z.string().transform((text, issues) => {
    const value = normal(text)
    if (value !== undefined) return value
    issues.addIssue({ code: 'custom', message: 'invalid_value' })
    return z.NEVER
  })
}

const Phone = inNormalForm(normalPhone)
const Email = inNormalForm(normalEmail)
const CardNumber = z.string().refine(isCardNumber, { error: 'invalid_value' })
const ExternalId = z.string().regex(/^[A-Za-z0-9._:-]{1,64}$/)

/** A member without any contact is one that a machine knows by its own number; only that one may lack a name. */
export const EnrolInput = z
  .strictObject({
    name: Name.optional(),
    phone: Phone.optional(),
    email: Email.optional(),
    birthday: Birthday.optional(),
    locale: Locale.optional(),
    storeId: StoreId.optional(),
    referralCode: z.string().regex(REFERRAL_CODE).toUpperCase().optional(),
    externalId: ExternalId.optional(),
    consents: Consents.optional(),
  })
  .superRefine(({ name, phone, email, externalId }, issues) => {
    const hasContact = phone !== undefined || email !== undefined
    if (!hasContact && externalId === undefined) issues.addIssue(missing('phone'))
    if (name === undefined && (hasContact || externalId === undefined)) issues.addIssue(missing('name'))
  })
export type EnrolInput = z.infer<typeof EnrolInput>

/** The contact is not among them: it is the one that the issuer has proven. */
export const JoinInput = z.strictObject({
  name: Name,
  birthday: Birthday.optional(),
  locale: Locale.optional(),
  referralCode: z.string().regex(REFERRAL_CODE).toUpperCase().optional(),
  consents: Consents.optional(),
  /** The member says so; nobody asks for a year of birth. */
  minAgeConfirmed: z.boolean().optional(),
})
export type JoinInput = z.infer<typeof JoinInput>

function missing(field: string) {
  return { code: 'custom' as const, message: 'required_field', path: [field] }
}

const MemberId = z.string().regex(idPattern('mem'))

export const GetMemberInput = z.strictObject({ memberId: MemberId })
export const GetMeInput = z.strictObject({})

/** What a member changes without proving a contact. Absent fields stay, `null` removes. */
const ownFields = {
  /** Empty where the header was not sent. */
  ifMatch: z.string().default(''),
  name: Name.optional(),
  birthday: Birthday.nullable().optional(),
  locale: Locale.optional(),
  consents: Consents.optional(),
}
export const PatchMeInput = z.strictObject(ownFields)
export const PatchMemberInput = z.strictObject({
  ...ownFields,
  memberId: MemberId,
  phone: Phone.nullable().optional(),
  email: Email.nullable().optional(),
})
export const ChangeContactInput = z.strictObject({ ticket: z.string().min(1).max(160) })
/** `false` takes the request back. */
export const CloseOwnInput = z.strictObject({ confirm: z.boolean() })

export type ProfileChanges = Omit<z.infer<typeof PatchMemberInput>, 'memberId' | 'ifMatch'>

export const LookUpInput = z
  .strictObject({
    phone: Phone.optional(),
    email: Email.optional(),
    cardNumber: CardNumber.optional(),
    externalId: ExternalId.optional(),
    code: memberNameFields.code,
  })
  .superRefine((by, issues) => {
    if (issues.issues.length > 0) return
    const named = Object.keys(by)
    if (named.length === 0) issues.addIssue({ code: 'custom', message: 'required_field', path: ['phone'] })
    for (const field of named.slice(1)) issues.addIssue({ code: 'custom', message: 'invalid_value', path: [field] })
  })

/** The cashier's view: who it is, without what would let somebody else reach or imitate the member. */
export const MemberMasked = z.strictObject({
  id: z.string(),
  status: z.string(),
  cardNumber: z.string(),
  name: z.string().nullable(),
  phone: z.string().nullable(),
  email: z.string().nullable(),
  /** The issuer has proven that the address is the member's own. */
  emailVerified: z.boolean(),
  locale: Locale.nullable(),
  tier: z.string().nullable(),
  externalId: z.string().nullable(),
  storeId: z.string().nullable(),
  consents: Consents,
  joinedAt: z.string(),
  links: z.strictObject({ self: z.string(), account: z.string() }),
})
export type MemberMasked = z.infer<typeof MemberMasked>

/** The same with the contacts as they are. */
export const MemberFull = MemberMasked.extend({
  birthday: Birthday.nullable(),
  referralCode: z.string(),
  /** Since when the member has been waiting for the membership to be ended. */
  closeRequestedAt: z.string().nullable(),
})
export type MemberFull = z.infer<typeof MemberFull>

/** What a till needs. */
export const MemberForPos = MemberMasked.pick({
  id: true,
  status: true,
  tier: true,
  cardNumber: true,
  externalId: true,
})
export type MemberForPos = z.infer<typeof MemberForPos>

/** What members see of themselves. */
export const MemberOwn = MemberFull.omit({ externalId: true, links: true })
export type MemberOwn = z.infer<typeof MemberOwn>

export type MemberView = MemberMasked | MemberFull | MemberForPos
