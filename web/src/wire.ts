/**
 * What the API answers, as far as pages read it. The shapes are compared with what the verbs really give when the project is
 * compiled (`test/web/wire.ts`), so that a page cannot go on reading a field that is gone.
 */
import type { Params } from './problem.ts'

export type Texts = Readonly<Partial<Record<string, string>>>
export type Money = { readonly amount: number; readonly currency: string }
export type Page<T> = { readonly items: readonly T[]; readonly nextCursor: string | null }

export type Balances = {
  readonly available: number
  readonly pending: number
  readonly reserved: number
  readonly debt: number
}
export type DayPoints = { readonly on: string | null; readonly points: number }

export type Tier = {
  readonly id: string
  readonly name: string
  readonly until?: string | null
  readonly multiplier: { readonly num: number; readonly den: number }
  readonly perks: readonly string[]
  readonly measure: { readonly kind: 'spend' | 'points' | 'visits'; readonly value: number; readonly waiting: number }
  readonly next?: { readonly id: string; readonly name: string; readonly missing: number }
  readonly keep?: { readonly missing: number; readonly by: string }
}

export type Account = {
  readonly memberId: string
  readonly status: string
  readonly balances: Balances
  readonly expiring: readonly DayPoints[]
  readonly maturing: readonly DayPoints[]
  readonly tier: Tier | null
  readonly version: number
  readonly asOf: string
}

export type Card = Account & { readonly name: string | null; readonly cardNumber: string }

export type BecausePart = {
  readonly rule: string
  readonly points: number
  readonly code: string
  readonly params: Params
  readonly text: string
}

export type Entry = {
  readonly id: string
  readonly seq: number
  readonly recordedAt: string
  readonly type: string
  readonly points: number
  readonly effectiveAt: string
  readonly receipt?: { readonly storeId: string; readonly receiptNumber: string; readonly refundNumber?: string }
  readonly storeId?: string
  readonly reservationId?: string
  readonly because: readonly BecausePart[]
  readonly programVersion: number
  readonly expiresOn?: string | null
}

export type Line = Entry & { readonly balances: Balances; readonly note?: string }

export type CardCode = { readonly code: string; readonly cardNumber: string; readonly expiresAt: string }

/** Permission by purpose and channel; no answer is no. */
export type Consents = Readonly<Partial<Record<string, Readonly<Partial<Record<string, boolean>>>>>>

export type Birthday = { readonly month: number; readonly day: number }

export type Profile = {
  readonly id: string
  readonly name: string | null
  readonly phone: string | null
  readonly email: string | null
  readonly emailVerified?: boolean
  readonly birthday: Birthday | null
  readonly locale: string | null
  readonly cardNumber: string
  readonly referralCode: string
  readonly consents: Consents
  readonly joinedAt: string
  /** Since when an ending of the membership waits for an admin. */
  readonly closeRequestedAt?: string | null
}

export type Proof = {
  readonly memberId: string
  readonly version: number
  readonly head: string
  readonly entries: readonly { readonly canonical: string; readonly hash: string }[]
  readonly nextCursor: string | null
}

/** One thing that a member allowed or took back, with the version of the words that were shown. */
export type ConsentEvent = {
  readonly at: string
  readonly by: string
  readonly text: string | null
  readonly changes: readonly ConsentChange[]
}
export type ConsentChange = { readonly purpose: string; readonly channel: string; readonly granted: boolean }

export type EarningRule = {
  readonly id?: string
  readonly kind: string
  readonly points: number
  readonly perMinor?: number
  readonly wholeSteps?: boolean
  readonly minBaseMinor?: number
  readonly match?: { readonly categories?: readonly string[]; readonly skus?: readonly string[] }
}

/** What anyone may know of the program in force. */
export type Terms = {
  readonly name: Texts
  readonly points: { readonly name: Texts }
  readonly currency: string
  readonly zone: string
  readonly defaultLocale: string
  readonly stores: readonly { readonly id: string; readonly name: string }[]
  readonly enrolment?: { readonly minAge?: number; readonly bonus?: number }
  readonly earning?: {
    readonly rules?: readonly EarningRule[]
    readonly base?: { readonly excludeCategories?: readonly string[]; readonly excludeTenders?: readonly string[] }
    readonly returnWindow?: string
    readonly pending?: string
  }
  readonly expiry?: {
    readonly mode: string
    readonly period?: string
    readonly roundUp?: string
    readonly dates?: readonly string[]
  }
  readonly redemption?: {
    readonly payWithPoints?: { readonly ratio: { readonly points: number; readonly minor: number } }
    readonly newMemberHold?: string
    readonly cardOnlyMaxPoints?: number
    readonly reservationTtl?: string
  }
  readonly refund?: { readonly policy: string }
  readonly tiers?: {
    readonly measure: string
    readonly levels: readonly {
      readonly id: string
      readonly name: string | Texts
      readonly threshold: number
      readonly multiplier?: { readonly num: number; readonly den: number }
    }[]
  }
}

export type RewardReason = { readonly code: string; readonly params?: Params }

/** A reward as a member sees it, with every reason why it cannot be had now. */
export type Reward = {
  readonly id: string
  readonly name: Texts
  readonly kind: 'goods' | 'service' | 'voucher'
  readonly points: number
  readonly fulfilment: 'instant' | 'pickup' | 'ship'
  /** First and last day of the program's calendar. */
  readonly window: { readonly from: string | null; readonly until: string | null }
  /** Null: everywhere. */
  readonly stores: readonly string[] | null
  readonly terms: Texts | null
  readonly available: boolean
  readonly reasons: readonly RewardReason[]
}

export type Voucher = {
  readonly id: string
  readonly rewardId: string
  readonly name: Texts
  /** For its member's eyes only. */
  readonly code?: string
  readonly state: 'issued' | 'used' | 'cancelled' | 'expired'
  readonly valueMinor: number | null
  readonly expiresOn: string | null
  readonly stores: readonly string[] | null
  readonly used: { readonly at: string; readonly storeId: string | null } | null
}

export type Reservation = {
  readonly id: string
  readonly rewardId: string
  readonly name: Texts
  readonly points: number
  /** Of the points; `step` is where the reward is once they are taken. */
  readonly state: string
  readonly step: string | null
  readonly storeId: string | null
  readonly stores: readonly string[] | null
  readonly expiresAt: string | null
}

/** What a redemption gave: a voucher at once, or a reservation to collect. */
export type Redemption = { readonly voucher?: Voucher; readonly reservation?: Reservation }
