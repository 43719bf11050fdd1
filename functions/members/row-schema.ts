/**
 * What is stored of members: profiles, the claims of their contacts, and the values that both are made of. Apart from the
 * inputs, so that who only reads a profile does not carry what checks a phone number.
 */
import * as z from 'zod'
import { Locale } from '../program/value-schema.ts'

export const PURPOSES = ['marketing', 'survey', 'revisit', 'referral_invite'] as const
export const CHANNELS = ['email', 'sms', 'phone', 'wechat', 'line'] as const

const DAYS_IN_MONTH = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const

/** A day of the year without its year; 29 February is one. */
export const Birthday = z
  .strictObject({ month: z.int().min(1).max(12), day: z.int().min(1).max(31) })
  .refine(({ month, day }) => day <= (DAYS_IN_MONTH[month - 1] ?? 31), { error: 'invalid_value', path: ['day'] })
export type Birthday = z.infer<typeof Birthday>

const answerOf = z.boolean().optional()
const ByChannel = z
  .strictObject({ email: answerOf, sms: answerOf, phone: answerOf, wechat: answerOf, line: answerOf })
  .optional()
/** Permission per purpose and channel; no answer is no. */
export const Consents = z.strictObject({
  marketing: ByChannel,
  survey: ByChannel,
  revisit: ByChannel,
  referral_invite: ByChannel,
})
export type Consents = z.infer<typeof Consents>

/** The answer to an enrolment but for what follows from the id; kept with the profile, so that it dies with it. */
export const EnrolmentAnswer = z.object({
  cardNumber: z.string(),
  name: z.string().nullable(),
  phone: z.string().nullable(),
  email: z.string().nullable(),
  locale: Locale.nullable(),
  tier: z.null(),
  referralCode: z.string(),
  referral: z.null(),
  joinedAt: z.string(),
  externalId: z.string().nullable(),
  storeId: z.string().nullable(),
})
export type EnrolmentAnswer = z.infer<typeof EnrolmentAnswer>

/** Times are milliseconds since 1970; `v` is the version that ETag and If-Match name. */
export const ProfileRow = z.object({
  rv: z.literal(1),
  v: z.int(),
  memberId: z.string(),
  cardNumber: z.string(),
  referralCode: z.string(),
  joinedAt: z.int(),
  name: z.string().optional(),
  phone: z.string().optional(),
  email: z.string().optional(),
  /** When the issuer proved that this address is the member's own; absent while somebody else only said so. */
  emailVerifiedAt: z.int().optional(),
  birthday: Birthday.optional(),
  /** When a birthday that was there was changed or removed. */
  birthdayChangedAt: z.int().optional(),
  locale: Locale.optional(),
  storeId: z.string().optional(),
  externalId: z.string().optional(),
  /** The account manager. */
  ownerId: z.string().optional(),
  /** When the member asked for the end of the membership, which an admin then carries out. */
  closeRequestedAt: z.int().optional(),
  consents: Consents,
  /** Who asked at enrolment, and which consent text was shown. */
  enrolledBy: z.object({ actor: z.string(), source: z.string(), text: z.string().optional() }),
  enrolment: EnrolmentAnswer,
})
export type Profile = z.infer<typeof ProfileRow>

/** Whether a member may use the account: as the ledger has it, and nowhere else. */
export type Standing = 'active' | 'frozen' | 'closed'

const STANDINGS = { ACTIVE: 'active', FROZEN: 'frozen', CLOSED: 'closed' } as const satisfies Record<string, Standing>

/** What the account row says of it; the rest of the row is the business of points. */
export const StandingRow = z
  .object({
    rv: z.literal(1),
    s: z.enum(['ACTIVE', 'FROZEN', 'CLOSED']),
    /** The member who took everything over. */
    mi: z.string().optional(),
    /** Whether the ledger knows of a verified contact. */
    vc: z.boolean().default(false),
  })
  .transform(({ s, mi, vc }) => ({
    standing: STANDINGS[s],
    isVerified: vc,
    ...(mi !== undefined && { mergedInto: mi }),
  }))

/** A member as shown: the profile, and how the account stands. */
export type Present = { readonly profile: Profile; readonly standing: Standing }

/** One contact, card or external id belongs to one member. */
export const ClaimRow = z.object({
  rv: z.literal(1),
  memberId: z.string(),
  kind: z.enum(['phone', 'email', 'card', 'external']),
  /** When the contact was proven, and a keyed hash of the sign-in that proved it. */
  provenAt: z.int().optional(),
  provenBy: z.string().optional(),
})
export type Claim = z.infer<typeof ClaimRow>
export type ClaimKind = z.infer<typeof ClaimRow>['kind']
