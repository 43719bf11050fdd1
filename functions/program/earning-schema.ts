/** Sections of the program document that decide about points: earning, expiry, redemption, refund, transfer and tiers. */
import * as z from 'zod'
import {
  AnyDuration,
  CalendarDuration,
  Count,
  LocalText,
  Minor,
  MonthDay,
  Name,
  Points,
  plainText,
  Rate,
  SomeCount,
  SomeMinor,
  SomePoints,
  StoreId,
  TillCode,
  WEEKDAYS,
} from './value-schema.ts'

/** All given lists must hold; a list that is absent or empty always does. */
const Match = z.strictObject({
  categories: z.array(TillCode).max(200).optional(),
  skus: z.array(TillCode).max(500).optional(),
  stores: z.array(StoreId).max(200).optional(),
  tiers: z.array(Name).max(20).optional(),
  weekdays: z.array(z.enum(WEEKDAYS)).max(7).optional(),
})

const Rule = z.discriminatedUnion('kind', [
  z.strictObject({
    id: Name,
    kind: z.literal('spend'),
    points: SomePoints,
    perMinor: SomeMinor,
    wholeSteps: z.boolean(),
    match: Match.optional(),
  }),
  z.strictObject({ id: Name, kind: z.literal('item'), points: SomePoints, match: Match }),
  z.strictObject({
    id: Name,
    kind: z.literal('visit'),
    points: SomePoints,
    minBaseMinor: Minor,
    maxPerDay: SomeCount.optional(),
    match: Match.optional(),
  }),
  z.strictObject({
    id: Name,
    kind: z.literal('event'),
    event: Name,
    points: SomePoints,
    limit: z.strictObject({ count: SomeCount, per: z.enum(['day', 'week', 'month', 'year', 'lifetime']) }).optional(),
  }),
])
export type EarningRule = z.infer<typeof Rule>

/** Counts either points or receipts. */
const Cap = z.strictObject({
  id: Name,
  per: z.enum(['receipt', 'day', 'week', 'month', 'year']),
  points: Points.optional(),
  receipts: Count.optional(),
  behaviour: z.enum(['cap', 'reject']),
})
export type Cap = z.infer<typeof Cap>

export const Earning = z.strictObject({
  base: z.strictObject({
    tax: z.boolean(),
    shipping: z.boolean(),
    tips: z.boolean(),
    excludeCategories: z.array(TillCode).max(200).default([]),
    excludeSkus: z.array(TillCode).max(500).default([]),
    excludeTenders: z.array(TillCode).max(50).default([]),
  }),
  rules: z.array(Rule).max(100),
  stacking: z.enum(['best', 'sum', 'first']),
  multipliers: z.enum(['max', 'product', 'add']),
  rounding: z.enum(['floor', 'half_up', 'ceil']),
  caps: z.array(Cap).max(20).default([]),
  returnWindow: CalendarDuration,
  pending: z.enum(['return_window', 'none']),
})
export type Earning = z.infer<typeof Earning>

const everyExpiry = {
  restoreGrace: CalendarDuration.default('P0D'),
  reminders: z.array(CalendarDuration).max(10).default([]),
}
const roundUp = z.enum(['none', 'month', 'quarter', 'year'])

export const Expiry = z.discriminatedUnion('mode', [
  z.strictObject({ mode: z.literal('none'), ...everyExpiry }),
  z.strictObject({ mode: z.literal('rolling'), period: CalendarDuration, roundUp, ...everyExpiry }),
  z.strictObject({
    mode: z.literal('calendar'),
    dates: z.array(MonthDay).min(1).max(366),
    minLife: CalendarDuration,
    ...everyExpiry,
  }),
  z.strictObject({
    mode: z.literal('inactivity'),
    period: CalendarDuration,
    roundUp,
    resetBy: z
      .array(z.enum(['earn', 'redeem']))
      .min(1)
      .max(2),
    ...everyExpiry,
  }),
])
export type ExpiryPolicy = z.infer<typeof Expiry>

const PayWithPoints = z.strictObject({
  enabled: z.literal(true),
  ratio: z.strictObject({ points: SomePoints, minor: SomeMinor }),
  minPoints: Points,
  stepPoints: SomePoints,
  maxShare: Rate,
  maxPoints: SomePoints.optional(),
})
export type PayWithPoints = z.infer<typeof PayWithPoints>

export const Redemption = z.strictObject({
  payWithPoints: z
    .discriminatedUnion('enabled', [
      PayWithPoints,
      z.strictObject({ ...PayWithPoints.partial().shape, enabled: z.literal(false) }),
    ])
    .optional(),
  reservationTtl: AnyDuration,
  newMemberHold: AnyDuration.optional(),
  requireVerifiedContact: z.boolean().optional(),
  cardOnlyMaxPoints: Points.optional(),
})
export type Redemption = z.infer<typeof Redemption>

export const Refund = z.strictObject({
  policy: z.enum(['clamp', 'debt']),
  maxDebt: Points.optional(),
  forgiveAfter: CalendarDuration.optional(),
})

export const Transfer = z.strictObject({ enabled: z.boolean(), minPoints: SomePoints, maxPointsPerMonth: Points })

export const Tiers = z.strictObject({
  measure: z.enum(['spend', 'points', 'visits']),
  period: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('rolling'), months: z.int().min(1).max(120) }),
    z.strictObject({ kind: z.literal('calendar_year') }),
    z.strictObject({ kind: z.literal('anniversary') }),
    z.strictObject({ kind: z.literal('lifetime') }),
  ]),
  downgrade: z.enum(['one_step', 'to_earned', 'never']),
  grace: CalendarDuration,
  warnings: z.array(CalendarDuration).max(10),
  levels: z
    .array(
      z.strictObject({
        id: Name,
        name: LocalText,
        threshold: Minor,
        multiplier: Rate,
        priorityCase: z.boolean(),
        perks: z.array(plainText(64)).max(20),
      }),
    )
    .min(1)
    .max(20),
})
export type Tiers = z.infer<typeof Tiers>
