import { describe, expect, test } from 'vitest'
import { optionsOf, UsageError } from '../../bench/options.ts'
import { columns, ratioGate, summary, verdict, verdictLine } from '../../bench/report.ts'

function gate(ratios: readonly number[], isBusy = false) {
  const left = [...ratios]
  return ratioGate({
    name: 'ratio',
    measure: async () => left.shift() ?? Number.NaN,
    ratio: (seen) => seen,
    most: 1.4,
    isBusy: () => isBusy,
  })
}

describe('the gate of a ratio', () => {
  test.each([
    ['within at once passes', [1.4], 'passed', 1.4],
    ['outside is measured once more, and that counts', [1.6, 1.3], 'passed', 1.3],
    ['outside twice fails', [1.6, 1.41], 'failed', 1.41],
    ['that is no number fails', [Number.NaN, Number.NaN], 'failed', Number.NaN],
  ])('%s', async (_, ratios, outcome, measured) => {
    const seen = await gate(ratios)
    expect(seen.measured).toBe(measured)
    expect(seen.verdict.outcome).toBe(outcome)
  })

  test('tells the first measurement as well, so that a lucky second one is seen', async () => {
    expect((await gate([1.6, 1.3])).verdict.told).toContain('after 1.600 at first')
  })

  test('says nothing on a machine that is too busy, and says that', async () => {
    expect((await gate([9, 9], true)).verdict).toMatchObject({
      outcome: 'skipped',
      told: expect.stringContaining('too busy'),
    })
  })
})

describe('what is told at the end', () => {
  const verdicts = [verdict('a', true, 'as it should be'), verdict('b', false, '7, at most 6')]

  test('counts what passed and what failed, and what was skipped only where something was', () => {
    expect(summary(verdicts)).toBe('1 passed, 1 failed')
    expect(summary([...verdicts, { gate: 'c', outcome: 'skipped', told: '' }])).toBe('1 passed, 1 failed, 1 skipped')
  })

  test('marks what failed with its reason', () => {
    expect(verdicts.map(verdictLine)).toEqual(['  ok    a: as it should be', '  FAIL  b: 7, at most 6'])
  })

  test('stands in columns', () => {
    expect(
      columns([
        ['', 'units'],
        ['award', '6'],
      ]),
    ).toEqual(['       units', 'award      6'])
  })
})

describe('the command line', () => {
  test('means everything where it says nothing', () => {
    expect(optionsOf([])).toMatchObject({ gatesOnly: false, names: expect.arrayContaining(['units', 'peer']) })
  })

  test('with --gates leaves out what only reports', () => {
    const names = optionsOf(['--gates'])?.names
    expect(names).toContain('overhead')
    expect(names).not.toContain('peer')
    expect(names).not.toContain('throughput')
  })

  test('keeps the order of the cases, whatever the order they are named in', () => {
    expect(optionsOf(['--only', 'overhead,units'])?.names).toEqual(['units', 'overhead'])
  })

  test.each([
    [['--only', 'speed'], 'There is no case speed.'],
    [['--only', 'peer', '--gates'], 'None of these cases has a gate.'],
    [['--quick'], "Unknown option '--quick'"],
  ])('%j is refused in a sentence', (args, sentence) => {
    expect(() => optionsOf(args)).toThrow(UsageError)
    expect(() => optionsOf(args)).toThrow(sentence)
  })

  test('with --page measures nothing', () => {
    expect(optionsOf(['--page'])).toEqual({ gatesOnly: false, names: [] })
  })

  test('is explained when it is asked', () => {
    expect(optionsOf(['--help'])).toBeUndefined()
  })
})
