/** What callers send to the points capability: purchases, refunds, redemptions, reservations and adjustments. */
import * as z from 'zod'
import { memberNameFields, oneMemberNamed } from '../members/naming-schema.ts'
import { textThat } from '../platform/validation.ts'
import { isLocalDate, parseInstant } from '../shared/dates.ts'
import { idPattern } from '../shared/ids.ts'
import { MONEY_MAX, POINTS_MAX } from '../shared/points.ts'

export const LINES_MAX = 500
export const OPEN_RESERVATIONS_MAX = 10
export const RESERVATION_SECONDS = { least: 60, most: 604_800 } as const

export const StoreId = z.string().regex(/^[a-z0-9][a-z0-9-]{0,31}$/)
export const DocumentNumber = z.string().regex(/^[A-Za-z0-9._:-]{1,64}$/)
const MemberId = z.string().regex(idPattern('mem'))
export const ReservationId = z.string().regex(idPattern('rsv'))
const Points = z.int().min(1).max(POINTS_MAX)
const Minor = z.int().min(0).max(MONEY_MAX)
const Category = z.string().regex(/^[A-Za-z0-9._:-]{1,64}$/)

/** Minor units of an ISO 4217 currency; which one is checked against the program. */
export const Money = z.strictObject({
  amount: Minor,
  currency: z.string({ error: 'currency_mismatch' }).regex(/^[A-Z]{3}$/, { error: 'currency_mismatch' }),
})
export type Money = z.infer<typeof Money>

/** RFC 3339 with an offset; milliseconds since 1970 once parsed. */
const Instant = (code: 'receipt_date_invalid' | 'invalid_value') =>
  textThat((text) => parseInstant(text) !== undefined, code).transform((text) => parseInstant(text) ?? 0)

export const LocalDateText = textThat(isLocalDate)

const PurchaseLine = z.strictObject({
  sku: Category.optional(),
  category: Category.optional(),
  quantity: z.int().min(0).max(1_000_000).default(1),
  /** What the customer is charged after every discount, tax included. */
  amount: Minor,
  tax: Minor.optional(),
})

const TENDERS_MAX = 10

const NOTE_MAX = 500
const Note = z
  .string()
  .min(1)
  .max(NOTE_MAX)
  .regex(/^[^\p{Cc}]*$/u)
  .regex(/\S/)

const slipFields = {
  amount: Money,
  lines: z.array(PurchaseLine).min(1).max(LINES_MAX).optional(),
  shipping: Minor.optional(),
  tips: Minor.optional(),
  tenders: z
    .array(z.strictObject({ kind: Category, amount: Minor }))
    .max(TENDERS_MAX)
    .optional(),
}

/** One receipt, whole: the same body awards and quotes. */
export const PurchaseInput = z
  .strictObject({
    ...memberNameFields,
    storeId: StoreId,
    receiptNumber: DocumentNumber,
    ...slipFields,
    purchasedAt: Instant('receipt_date_invalid'),
    windowStartsAt: Instant('receipt_date_invalid').optional(),
  })
  .check((ctx) => {
    const isEachFieldSound = ctx.issues.length === 0
    oneMemberNamed(ctx)
    // Sums of numbers that were refused one by one say nothing.
    if (isEachFieldSound) checkSums(ctx)
  })
export type PurchaseInput = z.infer<typeof PurchaseInput>

type Sums = Pick<PurchaseInput, 'amount' | 'lines' | 'shipping' | 'tips' | 'tenders'>

function checkSums({ value, issues }: z.core.ParsePayload<Sums>): void {
  if (!sumsFit(value)) issues.push({ code: 'custom', message: 'total_mismatch', path: ['amount'], input: value })
  value.lines?.forEach((line, index) => {
    if ((line.tax ?? 0) <= line.amount) return
    issues.push({ code: 'custom', message: 'out_of_range', path: ['lines', index, 'tax'], input: value })
  })
}

/** Whether the parts of a slip make up its total. */
export function sumsFit({ amount, lines, shipping = 0, tips = 0, tenders = [] }: Sums): boolean {
  const beside = shipping + tips
  const charged = lines?.reduce((sum, line) => sum + line.amount, 0)
  const paid = tenders.reduce((sum, tender) => sum + tender.amount, 0)
  const fits = charged === undefined ? beside <= amount.amount : charged + beside === amount.amount
  return fits && paid <= amount.amount
}

export const RefundInput = z
  .strictObject({
    storeId: StoreId,
    receiptNumber: DocumentNumber,
    refundNumber: DocumentNumber,
    amount: Money,
    refundedAt: Instant('receipt_date_invalid'),
    /** The day of the purchase, where the store's receipt numbers restart. */
    purchasedOn: LocalDateText.optional(),
    lines: z
      .array(z.strictObject({ line: z.int().min(1).max(LINES_MAX), amount: Minor }))
      .max(LINES_MAX)
      .optional(),
  })
  .check((ctx) => {
    if (ctx.issues.length > 0) return
    const { amount, lines = [] } = ctx.value
    if (new Set(lines.map((line) => line.line)).size < lines.length) {
      ctx.issues.push({ code: 'custom', message: 'duplicate_id', path: ['lines'], input: ctx.value })
    }
    if (lines.reduce((sum, line) => sum + line.amount, 0) > amount.amount) {
      ctx.issues.push({ code: 'custom', message: 'total_mismatch', path: ['amount'], input: ctx.value })
    }
  })
export type RefundInput = z.infer<typeof RefundInput>

/** Which receipt: the store and its number, and the day of the purchase where the store's numbers restart. */
const receiptFields = {
  storeId: StoreId,
  receiptNumber: DocumentNumber,
  purchasedOn: LocalDateText.optional(),
  /** For the audit trail; the member does not see it. */
  reason: Note.optional(),
}
export type ReceiptInput = {
  readonly storeId: string
  readonly receiptNumber: string
  readonly purchasedOn?: string | undefined
  readonly reason?: string | undefined
}

export const UndoInput = z.strictObject(receiptFields)
export type UndoInput = z.infer<typeof UndoInput>

/** What the slip says; shipping, tips and tenders stay as they were unless they are named. */
export const CorrectInput = z.strictObject({ ...receiptFields, ...slipFields }).check((ctx) => {
  if (ctx.issues.length === 0) checkSums(ctx)
})
export type CorrectInput = z.infer<typeof CorrectInput>

export const ReassignInput = z.strictObject({ ...receiptFields, ...memberNameFields }).check(oneMemberNamed)
export type ReassignInput = z.infer<typeof ReassignInput>

export const RedemptionInput = z
  .strictObject({
    ...memberNameFields,
    points: Points,
    storeId: StoreId,
    orderNumber: DocumentNumber.optional(),
    total: Money.optional(),
  })
  .check(oneMemberNamed)
export type RedemptionInput = z.infer<typeof RedemptionInput>

export const RedemptionQuoteInput = z
  .strictObject({ ...memberNameFields, storeId: StoreId, total: Money })
  .check(oneMemberNamed)

export const ReservationInput = z
  .strictObject({
    ...memberNameFields,
    points: Points,
    storeId: StoreId,
    total: Money.optional(),
    expiresInSeconds: z.int().min(RESERVATION_SECONDS.least).max(RESERVATION_SECONDS.most).optional(),
  })
  .check(oneMemberNamed)
export type ReservationInput = z.infer<typeof ReservationInput>

export const CaptureInput = z.strictObject({
  reservationId: ReservationId,
  points: Points.optional(),
  receiptNumber: DocumentNumber.optional(),
})
export const VoidInput = z.strictObject({ reservationId: ReservationId })

export const AdjustmentInput = z.strictObject({
  memberId: MemberId,
  points: z
    .int()
    .min(-POINTS_MAX)
    .max(POINTS_MAX)
    .refine((points) => points !== 0, { error: 'out_of_range' }),
  reason: z.enum(['goodwill', 'correction', 'service', 'event', 'fraud', 'migration', 'other']),
  /** Shown to the member. */
  note: Note,
  internalNote: Note.optional(),
  expiresOn: LocalDateText.optional(),
  allowDebt: z.boolean().optional(),
  approvalId: z.string().regex(idPattern('apr')).optional(),
})
export type AdjustmentInput = z.infer<typeof AdjustmentInput>

/** Why, in words for the audit trail; never shown to the member. */
export const StandingInput = z.strictObject({ memberId: MemberId, reason: Note })
export type StandingInput = z.infer<typeof StandingInput>

export const VerifyMemberInput = z.strictObject({ memberId: MemberId })
/** `change` names the one change of a contact, so that the same one holds an account once. */
export const HoldMemberInput = z.strictObject({ memberId: MemberId, change: z.string().min(1).max(128) })

export const TransferInput = z.strictObject({ to: MemberId, points: Points })

export const MergeInput = z.strictObject({
  memberId: MemberId,
  /** Who takes everything over. */
  into: MemberId,
  approvalId: z.string().regex(idPattern('apr')).optional(),
})
export type MergeInput = z.infer<typeof MergeInput>

/** More would not fit into one strong read. */
const SHARDS_MAX = 96
const Shards = z.int().min(1).max(SHARDS_MAX)
const RewardId = z.string().regex(idPattern('rwd'))
const CampaignId = z.string().regex(idPattern('cmp'))

/** The stock of a reward in pieces, or the budget of a campaign in points. */
export const ShardsInput = z.strictObject({ subject: z.union([RewardId, CampaignId]), shards: Shards, total: Points })

export const GrantInput = z.strictObject({
  memberId: MemberId,
  points: Points,
  subject: CampaignId,
  /** The shards of the campaign's budget; absent where it has none. */
  shards: Shards.optional(),
})

export const RewardRedemptionInput = z.strictObject({
  memberId: MemberId,
  points: Points,
  storeId: StoreId,
  rewardId: RewardId,
  /** The shards of the reward's stock; absent where it is unlimited. */
  shards: Shards.optional(),
})

export const AccountQuery = z.strictObject({ memberId: MemberId })
