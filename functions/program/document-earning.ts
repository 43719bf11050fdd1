/** What the sections on earning, expiry and tiers must not say together. */
import type { FieldError } from '../platform/problem.ts'
import { approximateDays } from '../shared/dates.ts'
import { type Draft, duplicateIds, finding, unknownTiers } from './draft.ts'
import type { Cap, EarningRule } from './earning-schema.ts'
import { EXPIRY_DAYS_MAX, expiryDays } from './expiry-days.ts'

export function earningErrors(draft: Draft): FieldError[] {
  const { earning } = draft.sections
  if (earning === undefined) return []
  const { rules, caps } = earning
  return [
    ...duplicateIds(rules, '/earning/rules'),
    // Rules and caps keep their counts under one name each, so they share one set of ids.
    ...duplicateIds(caps, '/earning/caps', rules),
    ...rules.flatMap((rule, index) => ruleErrors(draft, rule, `/earning/rules/${index}`)),
    ...caps.flatMap((cap, index) => capErrors(cap, `/earning/caps/${index}`)),
  ]
}

function ruleErrors(draft: Draft, rule: EarningRule, at: string): FieldError[] {
  if (rule.kind === 'event') return []
  const isWithoutItem = !rule.match?.categories?.length && !rule.match?.skus?.length
  return [
    ...finding(rule.kind === 'item' && isWithoutItem, `${at}/match`, 'invalid_value'),
    ...unknownTiers(draft, rule.match?.tiers, `${at}/match`),
  ]
}

function capErrors({ points, receipts, per }: Cap, at: string): FieldError[] {
  return [
    ...finding(points === undefined && receipts === undefined, `${at}/points`, 'required_field'),
    ...finding(
      receipts !== undefined && (points !== undefined || per === 'receipt'),
      `${at}/receipts`,
      'invalid_value',
    ),
  ]
}

export function expiryErrors({ sections }: Draft): FieldError[] {
  const { expiry, earning } = sections
  if (expiry === undefined || expiry.mode === 'none') return []
  const [field, life] =
    expiry.mode === 'calendar' ? (['minLife', expiry.minLife] as const) : (['period', expiry.period] as const)
  const windowDays = earning === undefined ? 0 : approximateDays(earning.returnWindow)
  const lifeDays = approximateDays(life)
  const isTooShort = lifeDays < windowDays || (field === 'period' && lifeDays < 1)
  return [
    ...finding(isTooShort, `/expiry/${field}`, 'out_of_range'),
    ...finding(!isTooShort && expiryDays(expiry) > EXPIRY_DAYS_MAX, `/expiry/${field}`, 'out_of_range'),
    ...(expiry.mode === 'calendar' ? repeated(expiry.dates, '/expiry/dates') : []),
  ]
}

function repeated(values: readonly string[], at: string): FieldError[] {
  return values.flatMap((value, index) => finding(values.indexOf(value) < index, `${at}/${index}`, 'invalid_value'))
}

export function tierErrors({ sections }: Draft): FieldError[] {
  const { tiers, earning } = sections
  if (tiers === undefined) return []
  const { levels, grace } = tiers
  const isGraceShort = earning !== undefined && approximateDays(grace) < approximateDays(earning.returnWindow)
  return [
    ...duplicateIds(levels, '/tiers/levels'),
    ...finding(isGraceShort, '/tiers/grace', 'out_of_range'),
    ...levels.flatMap(({ threshold, multiplier }, index) => {
      const before = levels[index - 1]?.threshold
      const isOutOfOrder = before === undefined ? threshold !== 0 : threshold <= before
      return [
        ...finding(isOutOfOrder, `/tiers/levels/${index}/threshold`, 'out_of_range'),
        ...finding(multiplier.num === 0, `/tiers/levels/${index}/multiplier/num`, 'out_of_range'),
      ]
    }),
  ]
}
