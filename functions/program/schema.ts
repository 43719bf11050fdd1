/**
 * The program document and the stores as they travel over HTTP and lie in the table. A document is checked whole: what
 * this version of the product does not use yet is checked and kept.
 */
import * as z from 'zod'
import { isZone } from '../shared/dates.ts'
import { Earning, Expiry, Redemption, Refund, Tiers, Transfer } from './earning-schema.ts'
import {
  Campaigns,
  Cases,
  Contact,
  Enrolment,
  Insights,
  Privacy,
  Referral,
  Revisits,
  Staff,
  Survey,
} from './engagement-schema.ts'
import { CalendarDate, Count, Locale, LocalText, OpeningHours, plainText, Rate, StoreId } from './value-schema.ts'

const VERSION_MAX = 999_999

export const ProgramDocument = z.strictObject({
  schema: z.literal('revisit.program/1'),
  version: z.int().min(0).max(VERSION_MAX).optional(),
  effectiveFrom: CalendarDate.optional(),
  defaultLocale: Locale,
  name: LocalText,
  currency: z.string().regex(/^[A-Z]{3}$/),
  zone: z
    .string()
    .max(64)
    .regex(/^[A-Za-z]/)
    .refine(isZone, { error: 'invalid_value' }),
  points: z.strictObject({ name: LocalText, costMinor: Rate }),
  calendar: z.strictObject({ hours: OpeningHours, holidays: z.array(CalendarDate).max(400) }).optional(),
  enrolment: Enrolment.optional(),
  earning: Earning,
  expiry: Expiry,
  redemption: Redemption,
  refund: Refund,
  transfer: Transfer.optional(),
  tiers: Tiers.optional(),
  referral: Referral.optional(),
  contact: Contact.optional(),
  campaigns: Campaigns.optional(),
  revisits: Revisits.optional(),
  survey: Survey.optional(),
  cases: Cases.optional(),
  staff: Staff.optional(),
  privacy: Privacy.optional(),
  insights: Insights.optional(),
})
export type ProgramDocument = z.infer<typeof ProgramDocument>

export const VERSION_STATES = ['published', 'in_force', 'superseded'] as const
export type VersionState = (typeof VERSION_STATES)[number]

export const ProgramView = z.strictObject({
  document: ProgramDocument,
  version: z.int(),
  state: z.enum(VERSION_STATES),
})
export type ProgramView = z.infer<typeof ProgramView>

export const VersionSummary = z.strictObject({
  version: z.int(),
  state: z.enum(VERSION_STATES),
  effectiveFrom: CalendarDate,
  publishedAt: z.string(),
  publishedBy: z.string(),
  selfPublished: z.boolean(),
})
export type VersionSummary = z.infer<typeof VersionSummary>

/** When a store's receipt numbers begin again; the receipt's key then names the period too. */
export const ReceiptSeries = z.enum(['never', 'yearly', 'daily'])
export type ReceiptSeries = z.infer<typeof ReceiptSeries>

const RevisitCapacity = z.strictObject({
  mon: Count,
  tue: Count,
  wed: Count,
  thu: Count,
  fri: Count,
  sat: Count,
  sun: Count,
})

export const StoreInput = z.strictObject({
  name: plainText(80),
  receiptSeries: ReceiptSeries.optional(),
  openingHours: OpeningHours.optional(),
  revisitCapacity: RevisitCapacity.optional(),
})
export type StoreInput = z.infer<typeof StoreInput>

export const Store = z.object({
  ...StoreInput.shape,
  id: StoreId,
  receiptSeries: ReceiptSeries,
  version: z.int().min(1),
})
export type Store = z.infer<typeof Store>

export const Head = z.object({
  latest: z.int().min(1),
  /** The first version that counts: those before it were replaced before anything was recorded. */
  oldest: z.int().min(1),
  hasReceipts: z.boolean(),
})
export type Head = z.infer<typeof Head>

export const PublishedVersion = z.object({
  version: z.int().min(1),
  effectiveFrom: CalendarDate,
  publishedAt: z.string(),
  publishedBy: z.string(),
  selfPublished: z.boolean(),
  document: ProgramDocument,
})
export type PublishedVersion = z.infer<typeof PublishedVersion>

/** Rows as they lie in the table; one with another `rv` is of a release that we do not know and is refused loudly. */
const rv = { rv: z.literal(1) }
export const HeadRow = Head.extend(rv).transform(({ rv: _rv, ...head }): Head => head)
export const VersionRow = PublishedVersion.extend(rv).transform(({ rv: _rv, ...version }): PublishedVersion => version)
export const StoreRow = Store.extend(rv).transform(({ rv: _rv, ...store }): Store => store)
