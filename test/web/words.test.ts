import { describe, expect, test } from 'vitest'
import { WORDED_CODES } from '../../functions/points/words.ts'
import { LOCALES } from '../../web/src/i18n/formats.ts'
import { problemText } from '../../web/src/i18n/problem-text.ts'
import { entryWords, lineWords, whyWords } from '../../web/src/i18n/why.ts'
import type { Say } from '../../web/src/member/catalogues.ts'
import { joinBody } from '../../web/src/member/join-body.ts'
import { missing, reasonFacts, sortedRewards } from '../../web/src/member/reward-words.ts'
import { lengthWords, termsParts } from '../../web/src/member/terms-words.ts'
import type { BecausePart, Reward, Terms } from '../../web/src/wire.ts'
import { toolsOf } from './catalogue.ts'

const part = (code: string, more: Partial<BecausePart> = {}): BecausePart => ({
  rule: 'x',
  points: 5,
  code,
  params: {},
  text: 'the words of the service',
  ...more,
})

/** The member page knows more ids than the common ones; here they are looked up by the same formatter. */
function memberTools(locale: (typeof LOCALES)[number]) {
  const { t, ...tools } = toolsOf(locale)
  return { ...tools, t: t as Say }
}

describe('why an entry is what it is', () => {
  test.each(LOCALES)('is a whole sentence for every reason in %s, with or without its values', (locale) => {
    const tools = toolsOf(locale)
    for (const code of WORDED_CODES) {
      expect(whyWords(part(code), tools), code).not.toMatch(/[{}]|the words of the service/)
      const params = { points: 1, perMinor: 1000, currency: 'HKD', until: '2027-12-31', level: 'gold', from: null }
      expect(whyWords(part(code, { params }), tools), code).not.toMatch(/[{}]|undefined|null/)
    }
  })

  test('names what was spent in money of the program', () => {
    const params = { points: 1, perMinor: 1000, currency: 'HKD' }
    expect(whyWords(part('spend', { params }), toolsOf('en'))).toBe('1 per HK$10 spent')
    expect(whyWords(part('spend', { params }), toolsOf('zh-Hant'))).toBe('每消費 HK$10 得 1')
  })

  test('falls back to the words of the service for a reason that the page does not know yet', () => {
    expect(whyWords(part('brand_new'), toolsOf('en'))).toBe('the words of the service')
  })

  test('calls a line of the clock by what it did, and one about the account by its reason', () => {
    const tools = toolsOf('en')
    const named = (type: string, because: BecausePart[]) => entryWords({ type, because }, tools)
    expect(named('SETTLE', [part('expired')])).toBe('Expired')
    expect(named('SETTLE', [part('tier_up')])).toBe('Level')
    expect(named('STATE', [part('contact_verified')])).toBe('Your contact was verified')
    expect(named('EARN', [])).toBe('Purchase')
    expect(named('NEW_KIND', [])).toBe('Entry')
  })

  test('calls a line that moves nothing by its reason, because its kind says nothing to its reader', () => {
    const tools = toolsOf('en')
    const line = (type: string, points: number, code: string) =>
      lineWords({ type, points, because: [part(code, { points })] }, tools)
    expect(line('EARN', 0, 'nothing_eligible')).toBe('Nothing on this receipt counts')
    expect(line('SETTLE', 0, 'tier_up')).toBe('You reached a higher level')
    expect(line('EARN', 5, 'visit')).toBe('Purchase')
    expect(lineWords({ type: 'EARN', points: 0, because: [] }, tools)).toBe('Purchase')
  })
})

describe('rewards', () => {
  const reward = (id: string, points: number, reasons: readonly string[]): Reward => ({
    id,
    name: { en: id },
    kind: 'goods',
    points,
    fulfilment: 'instant',
    window: { from: null, until: null },
    stores: null,
    terms: null,
    available: reasons.length === 0,
    reasons: reasons.map((code) => ({ code })),
  })

  test('come as affordable, then by how little is missing, then those that other reasons forbid', () => {
    const list = [
      reward('sold', 10, ['sold_out']),
      reward('far', 900, ['insufficient_points']),
      reward('near', 600, ['insufficient_points']),
      reward('dear', 400, []),
      reward('cheap', 100, []),
    ]
    expect(sortedRewards(list, 500).map(({ id }) => id)).toEqual(['cheap', 'dear', 'near', 'far', 'sold'])
    expect(missing({ points: 600 }, 500)).toBe(100)
    expect(missing({ points: 100 }, 500)).toBe(0)
  })
})

test('a level that a reward asks for is named as the program names it, and not by its id', () => {
  const facts = reasonFacts({ code: 'tier_required', params: { tiers: 'a b' } }, TOOLS)
  expect(facts).toEqual({ code: 'tier_required', status: 409, params: { tiers: 'a b', tier: 'Gold or b' } })
})

const TERMS: Terms = {
  name: { en: 'Hearth Club' },
  points: { name: { en: 'points' } },
  currency: 'HKD',
  zone: 'Asia/Hong_Kong',
  defaultLocale: 'en',
  stores: [{ id: 'central', name: 'Central' }],
  earning: {
    base: { excludeCategories: ['gift_card'], excludeTenders: ['points'] },
    rules: [
      { kind: 'spend', points: 1, perMinor: 1000 },
      { kind: 'visit', points: 5, minBaseMinor: 5000 },
      { kind: 'event', points: 50 },
    ],
    returnWindow: 'P14D',
    pending: 'return_window',
  },
  expiry: { mode: 'rolling', period: 'P24M', roundUp: 'month' },
  redemption: { payWithPoints: { ratio: { points: 100, minor: 1000 } }, newMemberHold: 'PT24H' },
  refund: { policy: 'debt' },
  tiers: { measure: 'visits', levels: [{ id: 'a', name: 'Gold', threshold: 12, multiplier: { num: 5, den: 4 } }] },
}

const TOOLS = { terms: TERMS, locale: 'en', today: '2026-11-30' } as const

test.each([
  ['day', '1 Dec 2026'],
  ['month', '1 Dec 2026'],
  ['year', '1 Jan 2027'],
])('a limit per %s says from when it can be had again', (per, again) => {
  const facts = reasonFacts({ code: 'member_limit', params: { count: 1, per } }, TOOLS)
  expect(problemText(facts, toolsOf('en'))).toBe(`At most 1 a ${per} for each member: again from ${again}.`)
})

test('a limit for ever promises no day', () => {
  const facts = reasonFacts({ code: 'member_limit', params: { count: 2, per: 'lifetime' } }, TOOLS)
  expect(problemText(facts, toolsOf('en'))).toBe('At most 2 for each member.')
})

test.each([
  ['en', 'Needs 500; 420 available. 80 to go.'],
  ['zh-Hant', '需 500，現有 420，還差 80。'],
  ['zh-Hans', '需 500，现有 420，还差 80。'],
] as const)('too few points names what it needs, what is there and what is missing in %s', (locale, words) => {
  const params = { needed: 500, available: 420, missing: 80 }
  expect(problemText({ code: 'insufficient_points', params }, toolsOf(locale))).toBe(words)
})

describe('the terms', () => {
  test('are sentences made of the program itself', () => {
    const lines = termsParts(TERMS, memberTools('en')).flatMap((each) => each.lines)
    expect(lines).toEqual([
      '1 per HK$10 spent.',
      '5 for each visit of HK$50 or more.',
      'Not counted: gift cards.',
      'What is paid with points does not count.',
      'They can be spent 14 days after the purchase, when the return window has passed.',
      'They stay 24 months, to the end of that month.',
      'At the till, 100 points are worth HK$10.',
      'New members redeem from 24 hours after joining.',
      'What a returned purchase gave is taken back. If it was spent, new ones repay it first.',
      'Gold: from 12 visits, with 1.25 times as much.',
    ])
  })

  test.each(LOCALES)('leave nothing unsaid in %s', (locale) => {
    for (const { title, lines } of termsParts(TERMS, memberTools(locale))) {
      for (const text of [title, ...lines]) expect(text).not.toMatch(/[{}]|undefined/)
    }
  })

  test('do not speak of a hold that lasts no time', () => {
    const terms = { ...TERMS, redemption: { ...TERMS.redemption, newMemberHold: 'PT0S' } }
    const lines = termsParts(terms, memberTools('en')).flatMap((each) => each.lines)
    expect(lines.filter((text) => text.includes('joining'))).toEqual([])
  })

  test.each([
    ['en', '2 for each garden lamp.'],
    ['zh-Hant', '每件「garden lamp」得 2。'],
    ['zh-Hans', '每件“garden lamp”得 2。'],
  ] as const)('mark the shop’s own words as such in %s', (locale, words) => {
    const rules = [{ kind: 'item', points: 2, match: { categories: ['garden_lamp'] } }]
    const [earn] = termsParts({ ...TERMS, earning: { rules } }, memberTools(locale))
    expect(earn?.lines[0]).toBe(words)
  })

  test('tell months from minutes, so that a hold of minutes is not read as months', () => {
    const { t } = memberTools('en')
    expect(lengthWords('P1M', t)).toBe('1 month')
    expect(lengthWords('PT15M', t)).toBe('15 minutes')
    expect(lengthWords('P2Y', t)).toBe('2 years')
  })
})

test('joining sends what was answered and nothing that was left empty, so that no answer stays no', () => {
  const empty = { name: ' Ada ', month: '', day: '14', mayWrite: false, isOldEnough: false }
  expect(joinBody(empty, 'en')).toEqual({ name: 'Ada', locale: 'en' })
  const full = { name: 'Ada', month: '3', day: '14', mayWrite: true, isOldEnough: true }
  expect(joinBody(full, 'zh-Hant')).toEqual({
    name: 'Ada',
    locale: 'zh-Hant',
    birthday: { month: 3, day: 14 },
    consents: { marketing: { email: true } },
    minAgeConfirmed: true,
  })
})
