/** Programs, receipts and refunds as the rules take them: parsed, with everything that a test does not care about filled in. */

import type { Account } from '../../functions/points/account.ts'
import { type AwardDecision, type AwardTerms, decideAward } from '../../functions/points/awarding.ts'
import type { AwardedReceipt } from '../../functions/points/receipt.ts'
import { decideRefund, type RefundDecision, type RefundTerms } from '../../functions/points/refunding.ts'
import { PurchaseInput, RefundInput } from '../../functions/points/schema.ts'
import { ProgramDocument } from '../../functions/program/schema.ts'
import { MEMBER_ID } from './account.ts'
import { TEST_START } from './clock.ts'
import { aProgram, type GivenProgram } from './programs.ts'

export const NOW = Date.parse(TEST_START)

export type GivenSections = Omit<Partial<GivenProgram>, 'earning' | 'redemption'> & {
  readonly earning?: Partial<GivenProgram['earning']>
  readonly redemption?: Partial<GivenProgram['redemption']>
}

/** The plainest program but for what is given; 1 point per £1.00, at once, for ever. */
export function aDocument({ earning, redemption, ...sections }: GivenSections = {}): ProgramDocument {
  const plain = aProgram()
  return ProgramDocument.parse({
    ...plain,
    ...sections,
    earning: { ...plain.earning, ...earning },
    redemption: { ...plain.redemption, ...redemption },
  })
}

type Given = Record<string, unknown>

/** A receipt of £100.00 that was paid just now; `amount` in minor units. */
export function aPurchase({ amount = 10_000, ...given }: { amount?: number } & Given = {}): PurchaseInput {
  return PurchaseInput.parse({
    memberId: MEMBER_ID,
    storeId: 'central',
    receiptNumber: '536365',
    purchasedAt: TEST_START,
    amount: { amount, currency: 'GBP' },
    ...given,
  })
}

export function aRefund({ amount = 10_000, ...given }: { amount?: number } & Given = {}): RefundInput {
  return RefundInput.parse({
    storeId: 'central',
    receiptNumber: '536365',
    refundNumber: 'r1',
    refundedAt: TEST_START,
    amount: { amount, currency: 'GBP' },
    ...given,
  })
}

export function awardTerms(program: ProgramDocument, given: Partial<AwardTerms> = {}): AwardTerms {
  const version = { version: 1, effectiveFrom: '2020-01-01', document: program }
  return { now: NOW, version, current: program, counted: new Map(), lapsed: {}, isMachine: true, ...given }
}

/** The receipt as it is kept after an award. */
export function keptReceipt(decision: Pick<AwardDecision, 'receipt'>): AwardedReceipt {
  return { key: 'R#central#536365', revision: 1, fingerprint: 'f', entrySeq: 8, ...decision.receipt }
}

export type Refunding = { readonly receipt: AwardedReceipt; readonly program: ProgramDocument } & Partial<RefundTerms>

/** Awards with all that follows in one line: `const { account, receipt } = awarded(anAccount(), program)`. */
export function awarded(account: Account, program: ProgramDocument, purchase = aPurchase()) {
  const decision = decideAward(account, purchase, awardTerms(program))
  return { account: decision.account, receipt: keptReceipt(decision), decision }
}

/** Refunds a minor amount, or what an input says. */
export function refunded(
  account: Account,
  { receipt, program, ...given }: Refunding,
  input: RefundInput,
): RefundDecision {
  const terms: RefundTerms = { now: NOW, program, current: program, lapsed: {}, ...given }
  return decideRefund(account, { receipt, spent: [], input }, terms)
}
