/** The program's terms as sentences, made of what it publishes about itself; nothing here is written by hand per program. */
import { type Formats, inLocale, type Locale } from '../i18n/formats.ts'
import { unitOf } from '../program.ts'
import type { EarningRule, Terms } from '../wire.ts'
import type { Say } from './catalogues.ts'

type Tools = { readonly t: Say; readonly formats: Formats; readonly locale: Locale }

export function earningWords(terms: Terms, tools: Tools): string[] {
  return (terms.earning?.rules ?? []).map((rule) => ruleWords(rule, tools)).filter((text) => text !== '')
}

function ruleWords(rule: EarningRule, { t, formats }: Tools): string {
  const points = formats.points(rule.points)
  const only = [...(rule.match?.categories ?? []), ...(rule.match?.skus ?? [])].map((word) => plain(word, t))
  const what = only.length > 0 ? formats.list(only) : 'none'
  if (rule.kind === 'spend') return t('terms.spend', { points, step: formats.money(rule.perMinor ?? 0), what })
  if (rule.kind === 'item') return t('terms.item', { points, what })
  if (rule.kind === 'visit')
    return t('terms.visit', { points, min: rule.minBaseMinor ? formats.money(rule.minBaseMinor) : 'none' })
  return ''
}

const KNOWN = ['gift_card', 'deposit', 'points', 'voucher'] as const

/** What every shop has is said in the reader's language; other categories are the shop's own words. */
function plain(word: string, t: Say): string {
  const known = KNOWN.find((each) => each === word)
  return known ? t(`word.${known}`) : t('word.other', { word: word.replaceAll('_', ' ') })
}

/** @returns the sentence for a length of time such as `P24M`, `P14D`, `PT15M`. */
export function lengthWords(text: string, t: Say): string {
  const [, count = '0', unit = 'D'] = /^PT?(\d+)([DWMYHS])$/.exec(text) ?? []
  const kind = text.startsWith('PT')
    ? { H: 'hours', M: 'minutes', S: 'seconds' }[unit]
    : { D: 'days', W: 'weeks', M: 'months', Y: 'years' }[unit]
  return t('terms.length', { count: Number(count), kind: kind ?? 'days' })
}

export type TermsPart = { readonly title: string; readonly lines: readonly string[] }

export function termsParts(terms: Terms, tools: Tools): TermsPart[] {
  return [
    { title: tools.t('terms.earn'), lines: [...earningWords(terms, tools), ...exclusionWords(terms, tools)] },
    { title: tools.t('terms.expiryTitle'), lines: expiryWords(terms, tools) },
    { title: tools.t('terms.redeemTitle'), lines: redemptionWords(terms, tools) },
    { title: tools.t('terms.refundTitle'), lines: refundWords(terms, tools) },
    { title: tools.t('terms.tiersTitle'), lines: tierWords(terms, tools) },
  ].filter(({ lines }) => lines.length > 0)
}

function exclusionWords({ earning }: Terms, { t, formats }: Tools): string[] {
  const out = (earning?.base?.excludeCategories ?? []).map((word) => plain(word, t))
  const tenders = (earning?.base?.excludeTenders ?? []).map((word) => plain(word, t))
  const window = earning?.returnWindow
  return [
    out.length > 0 ? t('terms.excluded', { what: formats.list(out) }) : '',
    tenders.length > 0 ? t('terms.tenders', { what: formats.list(tenders) }) : '',
    earning?.pending === 'return_window' && window
      ? t('terms.pending', { length: lengthWords(window, t) })
      : t('terms.atOnce'),
  ].filter((text) => text !== '')
}

function expiryWords({ expiry }: Terms, { t }: Tools): string[] {
  if (expiry === undefined) return []
  if (expiry.mode === 'none') return [t('terms.noExpiry')]
  if (expiry.mode === 'calendar') return [t('terms.calendarExpiry')]
  const length = lengthWords(expiry.period ?? 'P0D', t)
  return [
    t(expiry.mode === 'inactivity' ? 'terms.inactivity' : 'terms.rolling', { length, to: expiry.roundUp ?? 'none' }),
  ]
}

function redemptionWords(terms: Terms, { t, formats, locale }: Tools): string[] {
  const { redemption } = terms
  if (redemption === undefined) return []
  const pay = redemption.payWithPoints
  const hold = redemption.newMemberHold
  const u = unitOf(terms, locale, t('unit.fallback'))
  return [
    pay ? t('terms.pay', { points: formats.points(pay.ratio.points), money: formats.money(pay.ratio.minor), u }) : '',
    hold && /[1-9]/.test(hold) ? t('terms.hold', { length: lengthWords(hold, t) }) : '',
    redemption.cardOnlyMaxPoints
      ? t('terms.cardOnly', { points: formats.points(redemption.cardOnlyMaxPoints), u })
      : '',
    redemption.reservationTtl ? t('terms.reservation', { length: lengthWords(redemption.reservationTtl, t) }) : '',
  ].filter((text) => text !== '')
}

function refundWords({ refund }: Terms, { t }: Tools): string[] {
  return refund === undefined ? [] : [t(refund.policy === 'debt' ? 'terms.refundDebt' : 'terms.refundClamp')]
}

function tierWords({ tiers }: Terms, { t, formats, locale }: Tools): string[] {
  return (tiers?.levels ?? []).map(({ name, threshold, multiplier }) => {
    const amount = tiers?.measure === 'spend' ? formats.money(threshold) : formats.points(threshold)
    const times =
      multiplier && multiplier.num !== multiplier.den ? formats.points(multiplier.num / multiplier.den) : 'none'
    return t('terms.tier', {
      tier: typeof name === 'string' ? name : inLocale(name, locale),
      amount: threshold > 0 ? amount : 'none',
      measure: tiers?.measure ?? 'spend',
      times,
    })
  })
}
