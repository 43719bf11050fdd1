import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { documentErrors } from '../../../functions/program/document.ts'
import { draftOf } from '../../../functions/program/draft.ts'
import { ProgramDocument } from '../../../functions/program/schema.ts'
import { exampleProgram } from '../../support/example-program.ts'
import { aProgram, type GivenProgram } from '../../support/programs.ts'

function errorsOf(program: GivenProgram) {
  return documentErrors(draftOf(ProgramDocument.parse(program))).map(({ pointer, code }) => `${code} ${pointer}`)
}

type Example = ReturnType<typeof exampleProgram>

/** The worked example with one thing spoilt. */
function spoilt(spoil: (program: Example) => void): string[] {
  const program = exampleProgram()
  spoil(program)
  return errorsOf(program)
}

/** A section that the worked example has. */
function given<Section>(section: Section | undefined): Section {
  if (section === undefined) throw new Error('the example has lost a section')
  return section
}

const payWithPoints = (program: Example) => {
  const pay = given(program.redemption.payWithPoints)
  if (!pay.enabled) throw new Error('the example has lost its payment with points')
  return pay
}
const policy = (program: Example, index: number) => given(given(program.revisits).policies[index])

test('accepts the worked example and the plain program, so that what is documented can be published', () => {
  expect(errorsOf(exampleProgram())).toEqual([])
  expect(errorsOf(aProgram())).toEqual([])
})

describe('refuses what no field shows alone', () => {
  const cases: readonly [name: string, spoil: (program: Example) => void, expected: string][] = [
    ['a currency that does not exist', (p) => (p.currency = 'XXZ'), 'currency_mismatch /currency'],
    ['a name without the default language', (p) => (p.name = { en: 'Hearth' }), 'required_field /name/zh-Hant'],
    [
      'points without a name in the default language',
      (p) => (p.points.name = { en: 'points' }),
      'required_field /points/name/zh-Hant',
    ],
    [
      'a level without a name in the default language',
      (p) => (given(given(p.tiers).levels[1]).name = { en: 'Gold' }),
      'required_field /tiers/levels/1/name/zh-Hant',
    ],
    [
      'two rules of one id',
      (p) => p.earning.rules.push({ id: 'spend', kind: 'spend', points: 1, perMinor: 1, wholeSteps: true }),
      'duplicate_id /earning/rules/5/id',
    ],
    [
      'two caps of one id',
      (p) => given(p.earning.caps).push({ id: 'per_day', per: 'week', points: 1, behaviour: 'cap' }),
      'duplicate_id /earning/caps/3/id',
    ],
    [
      'a cap that counts under the name of a rule',
      (p) => given(p.earning.caps).push({ id: 'visit', per: 'day', points: 1, behaviour: 'cap' }),
      'duplicate_id /earning/caps/3/id',
    ],
    ['two levels of one id', (p) => (given(given(p.tiers).levels[2]).id = 'silver'), 'duplicate_id /tiers/levels/2/id'],
    ['two policies of one id', (p) => (policy(p, 2).id = 'after_sale'), 'duplicate_id /revisits/policies/2/id'],
    [
      'an item rule for every item',
      (p) => p.earning.rules.push({ id: 'all', kind: 'item', points: 1, match: { categories: [] } }),
      'invalid_value /earning/rules/5/match',
    ],
    [
      'a rule for a tier that is not there',
      (p) =>
        p.earning.rules.push({
          id: 'x',
          kind: 'spend',
          points: 1,
          perMinor: 1,
          wholeSteps: true,
          match: { tiers: ['gold', 'diamond'] },
        }),
      'invalid_value /earning/rules/5/match/tiers/1',
    ],
    [
      'a policy for a tier that is not there',
      (p) => (policy(p, 1).match = { tiers: ['diamond'] }),
      'invalid_value /revisits/policies/1/match/tiers/0',
    ],
    [
      'a cap that counts nothing',
      (p) => given(p.earning.caps).push({ id: 'x', per: 'day', behaviour: 'cap' }),
      'required_field /earning/caps/3/points',
    ],
    [
      'a cap that counts two things',
      (p) => given(p.earning.caps).push({ id: 'x', per: 'day', points: 1, receipts: 1, behaviour: 'cap' }),
      'invalid_value /earning/caps/3/receipts',
    ],
    [
      'a cap on the receipts of a receipt',
      (p) => given(p.earning.caps).push({ id: 'x', per: 'receipt', receipts: 1, behaviour: 'cap' }),
      'invalid_value /earning/caps/3/receipts',
    ],
    [
      'a step that is not worth whole minor units',
      (p) => Object.assign(payWithPoints(p), { ratio: { points: 7, minor: 10 } }),
      'invalid_value /redemption/payWithPoints/stepPoints',
    ],
    [
      'a largest payment below the smallest',
      (p) => (payWithPoints(p).maxPoints = 100),
      'out_of_range /redemption/payWithPoints/maxPoints',
    ],
    [
      'a share above the whole',
      (p) => (payWithPoints(p).maxShare = { num: 3, den: 2 }),
      'out_of_range /redemption/payWithPoints/maxShare',
    ],
    [
      'a share of nothing',
      (p) => (payWithPoints(p).maxShare = { num: 0, den: 2 }),
      'out_of_range /redemption/payWithPoints/maxShare',
    ],
    [
      'reservations of more than a week',
      (p) => (p.redemption.reservationTtl = 'P7DT1S'),
      'out_of_range /redemption/reservationTtl',
    ],
    [
      'reservations of less than a minute',
      (p) => (p.redemption.reservationTtl = 'PT59S'),
      'out_of_range /redemption/reservationTtl',
    ],
    ['a tier grace below the return window', (p) => (given(p.tiers).grace = 'P13D'), 'out_of_range /tiers/grace'],
    [
      'levels out of order',
      (p) => (given(given(p.tiers).levels[2]).threshold = 2000000),
      'out_of_range /tiers/levels/2/threshold',
    ],
    [
      'a first level that must be earned',
      (p) => (given(given(p.tiers).levels[0]).threshold = 1),
      'out_of_range /tiers/levels/0/threshold',
    ],
    [
      'a multiplier of nothing',
      (p) => (given(given(p.tiers).levels[0]).multiplier = { num: 0, den: 1 }),
      'out_of_range /tiers/levels/0/multiplier/num',
    ],
    ['quiet hours all day', (p) => (given(p.contact).quiet = ['09:00', '09:00']), 'out_of_range /contact/quiet'],
    [
      'a contact kind ranked twice',
      (p) => (given(p.contact).priority = ['survey', 'survey']),
      'invalid_value /contact/priority/1',
    ],
    [
      'a soft budget above the budget',
      (p) => (given(p.campaigns).softBudget = { num: 2, den: 1 }),
      'out_of_range /campaigns/softBudget',
    ],
    [
      'a holdout of more than half',
      (p) => (given(p.campaigns).holdout = { num: 51, den: 100 }),
      'out_of_range /campaigns/holdout',
    ],
    [
      'a margin above the price',
      (p) => (given(p.insights).marginRate = { num: 101, den: 100 }),
      'out_of_range /insights/marginRate',
    ],
    [
      'a repeating revisit after less than 30 days',
      (p) => Object.assign(policy(p, 1), { interval: 'P29D' }),
      'out_of_range /revisits/policies/1/interval',
    ],
    [
      'a repeating revisit after more than four years',
      (p) => (policy(p, 1).interval = 'P4Y1D'),
      'out_of_range /revisits/policies/1/interval',
    ],
    [
      'a single revisit on the day itself',
      (p) => Object.assign(policy(p, 0), { interval: 'P0D', tolerance: 'P0D' }),
      'out_of_range /revisits/policies/0/interval',
    ],
    [
      'a tolerance of half the interval',
      (p) => (policy(p, 0).tolerance = 'P5D'),
      'out_of_range /revisits/policies/0/tolerance',
    ],
    [
      'a revisit after the purchase of anything at all',
      (p) => (policy(p, 3).match = {}),
      'required_field /revisits/policies/3/match/categories',
    ],
    [
      'a revisit on entering no segment',
      (p) => (policy(p, 0).anchor = 'segment_entered'),
      'required_field /revisits/policies/0/match/segments',
    ],
    [
      'a channel named twice',
      (p) => (policy(p, 0).channels = ['phone', 'phone']),
      'invalid_value /revisits/policies/0/channels/1',
    ],
    [
      'a first reply after more than a day',
      (p) => (given(p.cases).firstReply.wall = 'PT24H1S'),
      'out_of_range /cases/firstReply/wall',
    ],
  ]
  test.each(cases)('%s', (_name, spoil, expected) => {
    expect(spoilt(spoil)).toContain(expected)
  })
})

test('gives all findings at once, so that an editor mends them in one go', () => {
  const errors = spoilt((program) => {
    program.currency = 'XXZ'
    given(program.tiers).grace = 'P1D'
    given(program.cases).firstReply.wall = 'P2D'
  })
  expect(errors).toEqual([
    'currency_mismatch /currency',
    'out_of_range /tiers/grace',
    'out_of_range /cases/firstReply/wall',
  ])
})

describe('an expiry policy', () => {
  const returnWindow = 'P14D'
  const cases: readonly [policy: GivenProgram['expiry'], errors: string[]][] = [
    [{ mode: 'none' }, []],
    [{ mode: 'rolling', period: 'P24M', roundUp: 'month', restoreGrace: 'P7D' }, []],
    [{ mode: 'rolling', period: 'P14D', roundUp: 'none' }, []],
    [{ mode: 'rolling', period: 'P13D', roundUp: 'none' }, ['out_of_range /expiry/period']],
    [{ mode: 'rolling', period: 'P255D', roundUp: 'none' }, []],
    [{ mode: 'rolling', period: 'P256D', roundUp: 'none' }, ['out_of_range /expiry/period']],
    [{ mode: 'rolling', period: 'P21Y', roundUp: 'month' }, []],
    [{ mode: 'rolling', period: 'P22Y', roundUp: 'month' }, ['out_of_range /expiry/period']],
    [{ mode: 'rolling', period: 'P60Y', roundUp: 'quarter' }, []],
    [{ mode: 'rolling', period: 'P65Y', roundUp: 'quarter' }, ['out_of_range /expiry/period']],
    [{ mode: 'rolling', period: 'P24M', roundUp: 'month', restoreGrace: 'P9M' }, ['out_of_range /expiry/period']],
    [{ mode: 'calendar', dates: ['06-30', '12-31'], minLife: 'P6M' }, []],
    [{ mode: 'calendar', dates: ['02-29'], minLife: 'P13D' }, ['out_of_range /expiry/minLife']],
    [{ mode: 'calendar', dates: ['06-30', '06-30'], minLife: 'P6M' }, ['invalid_value /expiry/dates/1']],
    [{ mode: 'calendar', dates: manyDates(366), minLife: 'P250D' }, []],
    [{ mode: 'calendar', dates: manyDates(366), minLife: 'P1Y' }, ['out_of_range /expiry/minLife']],
    [{ mode: 'calendar', dates: manyDates(52), minLife: 'P5Y' }, ['out_of_range /expiry/minLife']],
    [{ mode: 'inactivity', period: 'P30Y', roundUp: 'none', resetBy: ['earn'] }, []],
    [{ mode: 'inactivity', period: 'P13D', roundUp: 'none', resetBy: ['earn'] }, ['out_of_range /expiry/period']],
  ]
  test.each(cases)('%j gives %j', (expiry, errors) => {
    const program = aProgram({ expiry })
    program.earning.returnWindow = returnWindow
    expect(errorsOf(program)).toEqual(errors)
  })

  test('of no length is refused even without a return window, because points would never be valid', () => {
    expect(errorsOf(aProgram({ expiry: { mode: 'rolling', period: 'P0D', roundUp: 'none' } }))).toEqual([
      'out_of_range /expiry/period',
    ])
  })
})

test('concludes nothing from a section that is broken, so that one mistake is not reported twice', () => {
  const { tiers: _tiers, ...sections } = ProgramDocument.parse(exampleProgram())
  expect(documentErrors({ sections, broken: new Set(['tiers']) })).toEqual([])
  expect(documentErrors({ sections, broken: new Set() }).map((error) => error.pointer)).toEqual([
    '/revisits/policies/1/match/tiers/0',
    '/revisits/policies/1/match/tiers/1',
  ])
})

test('every step of a payment accepted is worth whole minor units, so that no fraction of a coin is ever paid', () => {
  const whole = fc.integer({ min: 1, max: 1_000_000_000 })
  fc.assert(
    fc.property(whole, whole, whole, (points, minor, stepPoints) => {
      const program = exampleProgram()
      Object.assign(payWithPoints(program), { ratio: { points, minor }, stepPoints })
      const isRefused = errorsOf(program).includes('invalid_value /redemption/payWithPoints/stepPoints')
      expect(isRefused).toBe((BigInt(stepPoints) * BigInt(minor)) % BigInt(points) !== 0n)
    }),
    { numRuns: 200, seed: 20261123 },
  )
})

/** The first `count` days of a leap year. */
function manyDates(count: number): string[] {
  return Array.from({ length: count }, (_, day) => new Date(Date.UTC(2024, 0, 1 + day)).toISOString().slice(5, 10))
}
