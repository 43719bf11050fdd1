import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Account } from '../../../functions/points/account.ts'
import { decideAward } from '../../../functions/points/awarding.ts'
import type { AwardedReceipt } from '../../../functions/points/receipt.ts'
import { decideRefund } from '../../../functions/points/refunding.ts'
import { settle } from '../../../functions/points/settle.ts'
import type { ProgramDocument } from '../../../functions/program/schema.ts'
import { addToDate, isoTime, startOfDay } from '../../../functions/shared/dates.ts'
import { anAccount, expectSound } from '../../support/account.ts'
import { aDocument, aPurchase, aRefund, awardTerms, keptReceipt } from '../../support/receipts.ts'
import { holds } from '../../support/seed.ts'
import { someTiers } from '../../support/tiers.ts'

const START = '2026-11-23'
const DAYS = 1_100

const programs = fc
  .record({
    zone: fc.constantFrom('Europe/London', 'Asia/Hong_Kong', 'America/New_York'),
    measure: fc.constantFrom('spend' as const, 'points' as const, 'visits' as const),
    downgrade: fc.constantFrom('one_step' as const, 'to_earned' as const, 'never' as const),
    period: fc.oneof(
      fc.constantFrom<{ kind: 'calendar_year' | 'anniversary' | 'lifetime' }[]>(
        { kind: 'calendar_year' },
        { kind: 'anniversary' },
        { kind: 'lifetime' },
      ),
      fc.constantFrom(1, 2, 6, 12).map((months) => ({ kind: 'rolling' as const, months })),
    ),
    returnWindow: fc.constantFrom('P0D', 'P1D', 'P14D', 'P30D'),
    pending: fc.constantFrom('none' as const, 'return_window' as const),
    grace: fc.constantFrom('P30D', 'P1M', 'P90D'),
  })
  .map(({ zone, returnWindow, pending, measure, ...tiers }) => {
    const { levels, ...rest } = someTiers({ measure, ...tiers })
    const scale = { spend: 1, points: 0.01, visits: 0.002 }[measure]
    const scaled = levels.map((level) => ({ ...level, threshold: Math.ceil(level.threshold * scale) }))
    return aDocument({ zone, tiers: { ...rest, levels: scaled }, earning: { returnWindow, pending } })
  })

/** A purchase of some days ago, or a refund of an earlier one. */
type Step = { readonly day: number; readonly amount: number; readonly late: number; readonly of?: number | undefined }

const steps: fc.Arbitrary<Step[]> = fc
  .array(
    fc.record({
      day: fc.nat(DAYS),
      amount: fc.integer({ min: 1, max: 2_500 }),
      late: fc.constantFrom(0, 0, 0, 1, 20),
      of: fc.option(fc.nat(20), { nil: undefined, freq: 3 }),
    }),
    { minLength: 1, maxLength: 25 },
  )
  .map((all) => [...all].sort((a, b) => a.day - b.day))

function instantOf(program: ProgramDocument, day: number): number {
  return startOfDay(addToDate(START, `${day < 0 ? '-' : ''}P${Math.abs(day)}D`), program.zone) + 36_000_000
}

/** Lives through the steps and settles in between wherever it is told to. */
function lived(program: ProgramDocument, all: readonly Step[], stops: readonly number[]): Account {
  let account = anAccount({ joinedAt: Date.parse('2025-03-31T12:00:00Z') })
  const receipts: AwardedReceipt[] = []
  const settleAt = (now: number) => {
    const settled = settle(account, { program, now, lapsed: {} })
    expectSound(account, settled)
    account = settled.account
  }
  const marks = [...all.map((step) => ({ at: step.day, step })), ...stops.map((at) => ({ at, step: undefined }))]
  for (const { at, step } of marks.sort((a, b) => a.at - b.at)) {
    if (step === undefined) settleAt(instantOf(program, at))
    else account = stepped(account, { program, step, receipts })
  }
  settleAt(instantOf(program, DAYS + 800))
  return account
}

type Living = { readonly program: ProgramDocument; readonly step: Step; readonly receipts: AwardedReceipt[] }

function stepped(account: Account, { program, step, receipts }: Living): Account {
  const now = instantOf(program, step.day)
  const old = step.of === undefined ? undefined : receipts[step.of]
  const terms = { ...awardTerms(program), now }
  if (old === undefined || step.of === undefined) {
    const purchasedAt = isoTime(instantOf(program, step.day - step.late))
    const decision = decideAward(account, aPurchase({ amount: step.amount, purchasedAt }), terms)
    expectSound(account, decision)
    receipts.push(keptReceipt(decision))
    return decision.account
  }
  const amount = Math.min(step.amount, old.amount - old.refunded.bare)
  const input = aRefund({ amount, refundedAt: isoTime(now) })
  const decision = decideRefund(account, { receipt: old, spent: [], input }, { ...terms, program })
  expectSound(account, decision)
  receipts[step.of] = decision.receipt
  return decision.account
}

test('a level is the same settled on any days or only late, so that no sweep makes or breaks one', () => {
  const stops = fc.array(fc.nat(DAYS + 700), { maxLength: 60 })
  let climbed = 0
  holds(
    fc.property(programs, steps, stops, (program, all, days) => {
      const late = lived(program, all, [])
      expect(lived(program, all, days)).toEqual(late)
      if (late.tier !== undefined) climbed += 1
    }),
    200,
  )
  expect(climbed).toBeGreaterThan(50)
})

test('what is refunded whole counts nothing in the end, whenever it was refunded', () => {
  holds(
    fc.property(programs, steps, (program, all) => {
      const bought = all.filter(({ of }) => of === undefined)
      const back = bought.map((step, of) => ({ ...step, day: step.day + 40, amount: 2_500, of }))
      const account = lived(
        program,
        [...bought, ...back].sort((a, b) => a.day - b.day),
        [],
      )
      expect(account.qualifying).toEqual({})
    }),
    100,
  )
})

test('the account stays small, however long a member buys and whatever is measured', () => {
  holds(
    fc.property(programs, (program) => {
      const weekly = Array.from({ length: 150 }, (_, week) => ({ day: week * 7, amount: 900, late: 0 }))
      const { qualifying } = lived(program, weekly, [])
      expect(Object.keys(qualifying).length).toBeLessThanOrEqual(60)
    }),
    20,
  )
})
