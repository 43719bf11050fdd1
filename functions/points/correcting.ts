/**
 * Decides what happens to an award that should not have been, or not like that: undone, corrected, or given to the member
 * whose it is. What is right is awarded before what was wrong is taken back, so that a member who has spent the points
 * owes the difference and not the whole.
 */
import type { ProgramVersion } from '../program/book.ts'
import type { ProgramDocument } from '../program/schema.ts'
import type { Account, Posting, ReceiptName } from './account.ts'
import { type Earned, earnOn, requireOpen } from './awarding.ts'
import type { Counted } from './earning.ts'
import { type AwardedReceipt, type Refunded, total } from './receipt.ts'
import { type RefundTerms, reverseOn } from './refunding.ts'
import { restore, type Spent } from './restoring.ts'
import type { PurchaseInput } from './schema.ts'
import { type LapsedLots, settle } from './settle.ts'

export type CorrectTerms = {
  readonly now: number
  /** The version that the receipt was calculated with, and the one in force now. */
  readonly version: ProgramVersion
  readonly current: ProgramDocument
  readonly lapsed: LapsedLots
}

/** `name` carries the number of the change. */
export type Mistake = { readonly receipt: AwardedReceipt; readonly name: ReceiptName }

export type UndoDecision = {
  readonly account: Account
  readonly postings: readonly Posting[]
  readonly main: number
  readonly receipt: AwardedReceipt
  readonly spent: readonly Spent[]
}

/** Takes back all that is left of an award and gives back the points that paid. @throws Refusal `account_closed` */
export function decideUndo(
  before: Account,
  { receipt, name, spent }: Mistake & { readonly spent: readonly Spent[] },
  terms: CorrectTerms,
): UndoDecision {
  requireOpen(before)
  const settled = settle(before, { ...terms, program: terms.current })
  const { posting, ...reversed } = takenBack(settled.account, { receipt, name, rule: 'mistake' }, terms)
  const { now, current } = terms
  const given = restore(reversed.account, { receipt: reversed.receipt, spent, name, now, program: current })
  return {
    account: given.account,
    postings: [...settled.postings, posting, ...given.postings],
    main: settled.postings.length,
    receipt: reversed.receipt,
    spent: given.spent,
  }
}

export type AwardAgain = {
  readonly account: Account
  readonly postings: readonly Posting[]
  /** Index of the EARN posting; where something was taken back on the same account, that is the next one. */
  readonly main: number
  readonly receipt: Earned['receipt']
  readonly counted: Counted
}

/**
 * The right award and, unless it was undone before, the wrong one taken back, on one account. Who paid with points has
 * paid: a correction moves none of them.
 * @throws Refusal `account_closed`
 */
export function decideCorrection(
  before: Account,
  { purchase, wrong }: { readonly purchase: PurchaseInput; readonly wrong: Mistake | undefined },
  terms: CorrectTerms & { readonly counted: Counted },
): AwardAgain {
  requireOpen(before)
  const settled = settle(before, { ...terms, program: terms.current })
  const { posting, receipt, counted, account } = earnOn(settled.account, purchase, terms)
  const reversed = wrong && takenBack(account, { ...wrong, rule: 'correction' }, terms)
  // Only now, or points past their day would be gone before they are taken back.
  const late = settle(reversed?.account ?? account, { ...terms, program: terms.current })
  return {
    account: late.account,
    postings: [...settled.postings, posting, ...(reversed ? [reversed.posting] : []), ...late.postings],
    main: settled.postings.length,
    receipt,
    counted,
  }
}

/** The other half of giving a receipt to its right member. @throws Refusal `account_closed` */
export function decideTaking(before: Account, wrong: Mistake, terms: CorrectTerms): Omit<UndoDecision, 'spent'> {
  requireOpen(before)
  const settled = settle(before, { ...terms, program: terms.current })
  const { posting, ...reversed } = takenBack(settled.account, { ...wrong, rule: 'correction' }, terms)
  return { ...reversed, postings: [...settled.postings, posting], main: settled.postings.length }
}

type Taking = Mistake & { readonly rule: 'mistake' | 'correction' }

function takenBack(before: Account, { receipt, name, rule }: Taking, { version, ...terms }: CorrectTerms) {
  const refundTerms: RefundTerms = { ...terms, program: version.document }
  const refunded = wholly(receipt)
  return reverseOn(before, { receipt, refunded, name, effective: terms.now, rule }, refundTerms)
}

/** Whatever is not refunded yet counts as refunded by amount. */
function wholly({ amount, refunded }: AwardedReceipt): Refunded {
  return { ...refunded, bare: refunded.bare + amount - total(refunded) }
}
