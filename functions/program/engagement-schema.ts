/**
 * Sections of the program document that decide about people: enrolment, referral, contact, campaigns, revisits, surveys,
 * cases, staff limits, privacy and insights.
 */
import * as z from 'zod'
import {
  AnyDuration,
  CalendarDuration,
  Count,
  Minor,
  Name,
  Points,
  plainText,
  Rate,
  SomeCount,
  StoreId,
  TillCode,
  TimeOfDay,
} from './value-schema.ts'

export const Enrolment = z.strictObject({
  bonus: Points.optional(),
  minAge: z.int().min(0).max(120).optional(),
  leapDay: z.enum(['02-28', '03-01']).optional(),
  birthdayEdit: CalendarDuration.optional(),
})

export const Referral = z.strictObject({
  enabled: z.boolean(),
  attribution: z.strictObject({ model: z.enum(['last_touch', 'first_touch']), window: CalendarDuration }),
  qualify: z.strictObject({ within: CalendarDuration, minBaseMinor: Minor }),
  reward: z.strictObject({ referrer: Points, friend: Points, friendAt: z.enum(['enrol', 'qualify']) }),
  caps: z.strictObject({ referrerMonth: Count, referrerYear: Count, programMonthPoints: Points }),
  review: z.strictObject({
    score: z.int().min(0).max(1_000),
    deadline: CalendarDuration,
    onDeadline: z.enum(['approve', 'reject']),
  }),
  lateClaim: z.strictObject({ within: CalendarDuration, perStaffMonth: Count }),
  reverseWithin: CalendarDuration,
})

export const Contact = z.strictObject({
  perDay: Count,
  perWeek: Count,
  perMonth: Count,
  quiet: z.tuple([TimeOfDay, TimeOfDay]),
  priority: z.array(z.enum(['revisit', 'survey', 'referral_invite', 'campaign'])).max(4),
  keepForRevisit: CalendarDuration,
})

export const Campaigns = z.strictObject({
  approveOverPoints: Points,
  dryRunValid: AnyDuration,
  sendWithin: AnyDuration,
  softBudget: Rate,
  holdout: Rate,
})

const Policy = z.strictObject({
  id: Name,
  purpose: Name,
  anchor: z.enum(['last_contact', 'last_purchase', 'enrolment', 'purchase_of', 'segment_entered']),
  interval: CalendarDuration,
  repeat: z.boolean(),
  tolerance: CalendarDuration,
  priority: z.int().min(0).max(1_000),
  match: z.strictObject({
    tiers: z.array(Name).max(20).optional(),
    segments: z.array(plainText(64)).max(20).optional(),
    stores: z.array(StoreId).max(200).optional(),
    categories: z.array(TillCode).max(200).optional(),
    minBaseMinor: Minor.optional(),
  }),
  channels: z
    .array(z.enum(['phone', 'wechat', 'email', 'sms', 'line', 'visit']))
    .min(1)
    .max(6),
  survey: z.boolean(),
  checklist: z.array(plainText(100)).max(20),
})

export const Revisits = z.strictObject({
  materialise: CalendarDuration,
  dueSoon: CalendarDuration,
  foldWithin: CalendarDuration,
  lease: AnyDuration,
  maxClaims: SomeCount,
  ownerFirst: CalendarDuration,
  attempts: z.strictObject({
    max: z.int().min(1).max(20),
    backoff: z.array(AnyDuration).max(20),
    afterMax: z.enum(['skip', 'escalate']),
  }),
  escalate: z.array(z.strictObject({ after: CalendarDuration, to: z.enum(['manager', 'admin']) })).max(10),
  policies: z.array(Policy).max(50),
})
export type RevisitPolicy = z.infer<typeof Policy>

export const Survey = z.strictObject({
  minGap: CalendarDuration,
  linkValid: CalendarDuration,
  reward: Points,
  resurveyAfter: CalendarDuration,
})

export const Cases = z.strictObject({
  firstReply: z.strictObject({ business: AnyDuration, wall: AnyDuration }),
  resolve: z.strictObject({ s1: AnyDuration, s2: AnyDuration, s3: AnyDuration }),
  closeAfter: CalendarDuration,
  reopenWithin: CalendarDuration,
  protect: z.strictObject({ max: CalendarDuration, grace: CalendarDuration }),
  publishSla: z.boolean(),
})

/** A limit that is absent does not exist. */
export const Staff = z.strictObject({
  receiptMaxAge: AnyDuration.optional(),
  machineReceiptMaxAge: AnyDuration.optional(),
  undoWindow: AnyDuration.optional(),
  approveReceiptOverMinor: Minor.optional(),
  cashierDailyPoints: Points.optional(),
  adjustApproveOver: Points.optional(),
  goodwillMonth: Points.optional(),
  goodwillPerCase: Points.optional(),
  approvalExpires: AnyDuration.optional(),
})

export const Privacy = z.strictObject({
  consentText: plainText(64),
  retention: CalendarDuration,
  reEnrolGuard: z.union([z.literal('none'), CalendarDuration]),
  eraseWithin: CalendarDuration,
})

export const Insights = z.strictObject({ marginRate: Rate, liftWindow: CalendarDuration, minGroup: SomeCount })
