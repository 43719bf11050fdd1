import { describe, expect, test } from 'vitest'
import { findings } from '../../../functions/platform/validation.ts'
import { ProgramDocument, StoreInput } from '../../../functions/program/schema.ts'
import { exampleProgram } from '../../support/example-program.ts'
import { aProgram } from '../../support/programs.ts'

/** The example with the value at a JSON pointer replaced, or removed where none is given. */
function changed(pointer: string, value?: unknown): unknown {
  const document: unknown = exampleProgram()
  const path = pointer.split('/').slice(1)
  const last = path.pop() ?? ''
  const parent = path.reduce((at, step) => (at as Record<string, unknown>)[step], document) as Record<string, unknown>
  if (value === undefined) delete parent[last]
  else parent[last] = value
  return document
}

function errorsOf(document: unknown): string[] {
  const parsed = ProgramDocument.safeParse(document)
  return parsed.success ? [] : findings(parsed.error, document).map(({ pointer, code }) => `${code} ${pointer}`)
}

describe('the program document', () => {
  test('accepts the worked example unchanged, so that nothing of it is lost in the table', () => {
    expect(ProgramDocument.parse(exampleProgram())).toEqual(exampleProgram())
  })

  test('fills in the empty lists that may be left out', () => {
    const { earning, expiry } = ProgramDocument.parse(aProgram())
    expect(earning.caps).toEqual([])
    expect(earning.base).toMatchObject({ excludeCategories: [], excludeSkus: [], excludeTenders: [] })
    expect(expiry).toEqual({ mode: 'none', restoreGrace: 'P0D', reminders: [] })
  })

  const required = ['schema', 'defaultLocale', 'name', 'currency', 'zone', 'points', 'earning', 'expiry', 'redemption']
  test.each([...required, 'refund'])('requires %s', (section) => {
    expect(errorsOf(changed(`/${section}`))).toEqual([`required_field /${section}`])
  })

  const optional = ['calendar', 'enrolment', 'transfer', 'referral', 'contact', 'campaigns', 'revisits', 'survey']
  test.each([...optional, 'cases', 'staff', 'privacy', 'insights', 'version', 'effectiveFrom', 'tiers'])(
    'does without %s, because what an absent section describes is switched off',
    (section) => {
      expect(errorsOf(changed(`/${section}`))).toEqual([])
    },
  )

  const marked = [
    '/redemption/payWithPoints',
    '/redemption/newMemberHold',
    '/redemption/cardOnlyMaxPoints',
    '/refund/maxDebt',
    '/refund/forgiveAfter',
    '/staff/undoWindow',
    '/earning/caps',
  ]
  test.each(marked)('does without %s', (pointer) => {
    expect(errorsOf(changed(pointer))).toEqual([])
  })

  test('lets payment with points be off without terms', () => {
    expect(errorsOf(changed('/redemption/payWithPoints', { enabled: false }))).toEqual([])
  })

  const refused: readonly [pointer: string, value: unknown, code: string, at?: string][] = [
    ['/extra', 1, 'unknown_field'],
    ['/earning/extra', 1, 'unknown_field'],
    ['/earning/rules/0/extra', 1, 'unknown_field'],
    ['/earning/rules/1/match/colour', 'red', 'unknown_field'],
    ['/name/fr', 'Foyer', 'unknown_field'],
    ['/schema', 'revisit.program/2', 'invalid_value'],
    ['/defaultLocale', 'fr', 'invalid_value'],
    ['/name/en', '', 'out_of_range'],
    ['/name/en', 'a\u0007b', 'invalid_value'],
    ['/name/en', 'x'.repeat(101), 'out_of_range'],
    ['/currency', 'gbp', 'invalid_value'],
    ['/zone', 'Mars/Base', 'invalid_value'],
    ['/zone', '+01:00', 'invalid_value'],
    ['/zone', '', 'invalid_value'],
    ['/effectiveFrom', '2027-02-30', 'invalid_value'],
    ['/earning/rules/0/kind', 'gift', 'invalid_value'],
    ['/earning/rules/0/kind', undefined, 'required_field'],
    ['/earning/rules/0/id', 'Spend It', 'invalid_value'],
    ['/earning/rules/0/points', 0, 'out_of_range'],
    ['/earning/rules/0/points', 1.5, 'invalid_value'],
    ['/earning/rules/0/points', '1', 'invalid_value'],
    ['/earning/rules/0/points', 1_000_000_001, 'out_of_range'],
    ['/earning/rules/0/perMinor', -1, 'out_of_range'],
    ['/earning/rules/0/wholeSteps', undefined, 'required_field'],
    ['/earning/rounding', 'bankers', 'invalid_value'],
    ['/earning/rounding', undefined, 'required_field'],
    ['/earning/returnWindow', '14 days', 'invalid_value'],
    ['/earning/returnWindow', 'PT14H', 'invalid_value'],
    ['/earning/returnWindow', 'P', 'invalid_value'],
    ['/earning/returnWindow', '-P14D', 'invalid_value'],
    ['/earning/returnWindow', 'P1.5D', 'invalid_value'],
    ['/expiry/period', 'P101Y', 'out_of_range'],
    ['/expiry/mode', 'never', 'invalid_value'],
    ['/tiers/levels', [], 'out_of_range'],
    ['/tiers/period', { kind: 'rolling' }, 'required_field', '/tiers/period/months'],
    ['/points/costMinor', { num: 1, den: 0 }, 'out_of_range', '/points/costMinor/den'],
    ['/calendar/hours/mon', ['19:00', '10:00'], 'out_of_range'],
    ['/calendar/hours/mon', ['10:00', '25:00'], 'invalid_value', '/calendar/hours/mon/1'],
    ['/calendar/hours/mon', undefined, 'required_field'],
    ['/contact/quiet', ['21:00'], 'out_of_range'],
    ['/contact/quiet', ['21:00', '24:00'], 'invalid_value', '/contact/quiet/1'],
    ['/redemption/payWithPoints/stepPoints', undefined, 'required_field'],
    ['/privacy/reEnrolGuard', 'always', 'invalid_value'],
  ]
  test.each(refused)('refuses %s = %j as %s', (pointer, value, code, at = pointer) => {
    expect(errorsOf(changed(pointer, value))).toEqual([`${code} ${at}`])
  })

  test('gives one finding for one field, so that a caller is told the reason and not its echoes', () => {
    expect(errorsOf(changed('/currency', ''))).toEqual(['invalid_value /currency'])
    expect(errorsOf(changed('/effectiveFrom', '2027-02-30 and more'))).toHaveLength(1)
  })
})

describe('a store', () => {
  const hours = { mon: null, tue: null, wed: null, thu: null, fri: null, sat: ['10:00', '24:00'], sun: null }
  test('needs a name and nothing else', () => {
    expect(StoreInput.parse({ name: ' Central ' })).toEqual({ name: 'Central' })
    expect(StoreInput.safeParse({ name: 'Central', openingHours: hours }).success).toBe(true)
  })
  test.each([
    [{}],
    [{ name: '' }],
    [{ name: 'x'.repeat(81) }],
    [{ name: 'C', receiptSeries: 'hourly' }],
    [{ name: 'C', id: 'c' }],
  ])('refuses %j', (store) => {
    expect(StoreInput.safeParse(store).success).toBe(false)
  })
})
