/** What callers send to the rewards capability: the catalogue, redemptions of it, and what becomes of them. */
import * as z from 'zod'
import { memberNameFields, oneMemberNamed } from '../members/naming-schema.ts'
import {
  AnyDuration,
  CalendarDate,
  CalendarDuration,
  LOCALES,
  LocalText,
  Name,
  plainText,
  SomeMinor,
  SomePoints,
  StoreId,
} from '../program/value-schema.ts'
import { approximateDays } from '../shared/dates.ts'
import { idPattern } from '../shared/ids.ts'
import { LATER_STEPS } from './fulfilment.ts'

export const KINDS = ['goods', 'service', 'voucher'] as const
export const FULFILMENTS = ['instant', 'pickup', 'ship'] as const
export type Fulfilment = (typeof FULFILMENTS)[number]
export const REWARD_STATES = ['draft', 'active', 'paused', 'ended'] as const
export type RewardState = (typeof REWARD_STATES)[number]

const STOCK_MAX = 1_000_000
const LIMIT_MAX = 1_000
const NAMES_MAX = 50
const TERMS_MAX = 1_000
const TTL_DAYS = { least: 1 / (24 * 60), most: 7 }

const Terms = z.strictObject({
  en: plainText(TERMS_MAX).optional(),
  'zh-Hant': plainText(TERMS_MAX).optional(),
  'zh-Hans': plainText(TERMS_MAX).optional(),
})

const distinct = (items: readonly string[]) => new Set(items).size === items.length
const Names = <T extends z.ZodType<string>>(name: T) =>
  z.array(name).min(1).max(NAMES_MAX).refine(distinct, { error: 'duplicate_id' })

const Ttl = AnyDuration.refine(
  (text) => approximateDays(text) <= TTL_DAYS.most && approximateDays(text) >= TTL_DAYS.least,
  {
    error: 'out_of_range',
  },
)

/** What a reward is. What is absent does not limit it. */
const contentFields = {
  name: LocalText,
  terms: Terms.optional(),
  kind: z.enum(KINDS),
  points: SomePoints,
  /** Of vouchers: what each is worth, in minor units of the program's currency. */
  valueMinor: SomeMinor.optional(),
  /** First and last local day. */
  window: z.strictObject({ from: CalendarDate.optional(), until: CalendarDate.optional() }).optional(),
  /** Pieces in all; absent: unlimited. */
  stock: z.int().min(0).max(STOCK_MAX).optional(),
  stores: Names(StoreId).optional(),
  tiers: Names(Name).optional(),
  segments: Names(plainText(64)).optional(),
  limit: z
    .strictObject({ count: z.int().min(1).max(LIMIT_MAX), per: z.enum(['day', 'month', 'year', 'lifetime']) })
    .optional(),
  fulfilment: z.enum(FULFILMENTS),
  /** How long a reservation is held; the program's where absent. */
  reservationTtl: Ttl.optional(),
  /** How long a voucher is good, from the day on which it is issued. */
  voucherValidity: CalendarDuration.optional(),
}

const Fields = z.strictObject(contentFields)
export type RewardContent = z.infer<typeof Fields>

/** Without checks between the fields, which a stored reward has passed. */
export const StoredContent = z.object(contentFields)

/** What can be said of a reward without knowing the program. */
function checkTogether({ value, issues }: z.core.ParsePayload<RewardContent>): void {
  if (issues.length > 0) return
  const { kind, valueMinor, window, fulfilment, reservationTtl, voucherValidity } = value
  const found = (message: string, at: string, isWrong: boolean) => {
    if (isWrong) issues.push({ code: 'custom', message, path: at.split('.'), input: value })
  }
  const isHeld = fulfilment !== 'instant'
  found('required_field', 'valueMinor', kind === 'voucher' && valueMinor === undefined)
  found('invalid_value', 'valueMinor', kind !== 'voucher' && valueMinor !== undefined)
  found('invalid_value', 'fulfilment', kind === 'voucher' && isHeld)
  found('invalid_value', 'reservationTtl', !isHeld && reservationTtl !== undefined)
  found('invalid_value', 'voucherValidity', isHeld && voucherValidity !== undefined)
  found('out_of_range', 'window.until', (window?.from ?? '') > (window?.until ?? '9999-12-31'))
  found(
    'required_field',
    'name',
    LOCALES.every((locale) => value.name[locale] === undefined),
  )
}

export const RewardInput = Fields.check(checkTogether)
export const PutInput = z
  .strictObject({ ...contentFields, state: z.enum(REWARD_STATES) })
  .check((payload) => checkTogether(payload))

export const RewardId = z.string().regex(idPattern('rwd'))
export const REDEMPTION_ID = new RegExp(`(${idPattern('rsv').source})|(${idPattern('vch').source})`)
export const RedemptionId = z.string().regex(REDEMPTION_ID)

export const RedeemInput = z
  .strictObject({ ...memberNameFields, rewardId: RewardId, storeId: StoreId })
  .check(oneMemberNamed)

/** A member may leave the store open: any that has the reward serves it then. */
export const MyRedemptionInput = z.strictObject({ rewardId: RewardId, storeId: StoreId.optional() })

/** 12 characters without I, L, O and U, in either case. */
export const VOUCHER_CODE = /^[0-9A-HJKMNP-TV-Z]{12}$/i
export const VoucherCode = z.string().regex(VOUCHER_CODE)
export const ConsumeInput = z.strictObject({ code: VoucherCode, storeId: StoreId })

export const FulfilInput = z.strictObject({
  redemptionId: RedemptionId,
  state: z.enum(LATER_STEPS),
})
