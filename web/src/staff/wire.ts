/** What the API answers to the desk and to nobody else, as far as the staff page reads it. */
import type { Balances, Entry, Money, Page, Reward, Texts } from '../wire.ts'

export type Store = {
  readonly id: string
  readonly name: string | Texts
  readonly receiptSeries?: 'never' | 'yearly' | 'daily'
}

/** A member as staff see one; contacts are masked where the role asks for it. */
export type Served = {
  readonly id: string
  readonly status: string
  readonly cardNumber: string
  readonly name: string | null
  readonly phone: string | null
  readonly email: string | null
  readonly locale: string | null
  readonly joinedAt: string
  readonly birthday?: { readonly month: number; readonly day: number } | null
}

export type Found = { readonly items: readonly Served[] }
export type Enrolled = { readonly id: string; readonly cardNumber: string; readonly name: string | null }

export type Awarded = { readonly entry: Entry; readonly balances: Balances }
export type Quoted = { readonly entry: Omit<Entry, 'id' | 'seq' | 'recordedAt'>; readonly balances: Balances }
export type Undone = { readonly entry: Entry; readonly balances: Balances }

export type PaymentQuote = {
  readonly points: number
  readonly amount: Money
  readonly reasons: readonly string[]
  readonly balances: Balances
  /** What may still go today while only the card was shown. */
  readonly cardOnlyLeft?: number
}

export type Reserved = {
  readonly id: string
  readonly points: number
  readonly expiresAt?: string
  readonly balances: Balances
}
export type Captured = { readonly id: string; readonly points: number; readonly balances: Balances }

export type ShiftItem = {
  readonly entryId: string
  readonly memberId: string
  readonly type: string
  readonly points: number
  readonly receiptNumber?: string
  readonly purchasedOn?: string
  readonly at: string
  readonly by: string
  readonly byName?: string
  readonly own: boolean
  readonly undone?: boolean
  /** Absent where the program sets no limit. */
  readonly undoUntil?: string
}

type Sum = { readonly count: number; readonly points: number }

export type Shift = Page<ShiftItem> & {
  readonly storeId: string
  readonly date: string
  readonly totals: { readonly awards: Sum; readonly refunds: Sum; readonly redemptions: Sum }
}

export type StaffRole = 'cashier' | 'manager' | 'marketer' | 'caller' | 'admin' | 'auditor'

export type StaffRecord = {
  readonly id: string
  readonly name: string
  readonly email: string
  readonly roles: readonly StaffRole[]
  readonly stores: '*' | readonly string[]
  readonly state: 'invited' | 'active' | 'disabled'
  readonly version: number
}

export type DeskReward = Reward

export type DeskVoucher = {
  readonly state: 'issued' | 'used' | 'cancelled' | 'expired'
  readonly name: string | Texts
  /** In minor units; whatever is left of it is lost. */
  readonly valueMinor: number | null
  readonly expiresOn: string | null
  readonly used: { readonly at: string } | null
}

/** What a member has taken and not yet carried away. */
export type Taken = {
  readonly id: string
  readonly name: string | Texts
  readonly points: number
  readonly state: string
  readonly fulfilment?: 'instant' | 'pickup' | 'ship'
  readonly step?: string | null
  readonly stores?: readonly string[] | null
  readonly expiresAt?: string | null
}
