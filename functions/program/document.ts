/**
 * What a program document must not say although every field is well formed. All findings are given at once, so that an
 * editor mends them in one go. Sections that are not well formed are left out, and nothing is concluded from that.
 */
import type { FieldError } from '../platform/problem.ts'
import { approximateDays } from '../shared/dates.ts'
import { earningErrors, expiryErrors, tierErrors } from './document-earning.ts'
import { contactErrors, policyErrors } from './document-engagement.ts'
import { type Draft, finding } from './draft.ts'
import type { LocalText, Rate } from './value-schema.ts'

const CURRENCIES: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency'))

/** @returns every finding with a JSON pointer into the document; none means that it may be published. */
export function documentErrors(draft: Draft): FieldError[] {
  const checks = [
    headErrors,
    earningErrors,
    expiryErrors,
    redemptionErrors,
    tierErrors,
    rateErrors,
    contactErrors,
    policyErrors,
    caseErrors,
  ]
  return checks.flatMap((check) => check(draft))
}

function headErrors({ sections }: Draft): FieldError[] {
  const { currency, defaultLocale, name, points, tiers } = sections
  const lacking = (text: LocalText | undefined, at: string) =>
    finding(
      defaultLocale !== undefined && text !== undefined && text[defaultLocale] === undefined,
      `${at}/${defaultLocale}`,
      'required_field',
    )
  return [
    ...finding(currency !== undefined && !CURRENCIES.has(currency), '/currency', 'currency_mismatch'),
    ...lacking(name, '/name'),
    ...lacking(points?.name, '/points/name'),
    ...(tiers?.levels ?? []).flatMap((level, index) => lacking(level.name, `/tiers/levels/${index}/name`)),
  ]
}

const TTL_DAYS_MAX = 7
const TTL_DAYS_MIN = 1 / (24 * 60)

function redemptionErrors({ sections }: Draft): FieldError[] {
  const { redemption } = sections
  if (redemption === undefined) return []
  const ttlDays = approximateDays(redemption.reservationTtl)
  const errors = finding(ttlDays > TTL_DAYS_MAX || ttlDays < TTL_DAYS_MIN, '/redemption/reservationTtl', 'out_of_range')
  const pay = redemption.payWithPoints
  if (!pay?.enabled) return errors
  const { ratio, stepPoints, minPoints, maxPoints, maxShare } = pay
  const at = '/redemption/payWithPoints'
  const isWholeMinor = (BigInt(stepPoints) * BigInt(ratio.minor)) % BigInt(ratio.points) === 0n
  return [
    ...errors,
    ...finding(!isWholeMinor, `${at}/stepPoints`, 'invalid_value'),
    ...finding(maxPoints !== undefined && maxPoints < minPoints, `${at}/maxPoints`, 'out_of_range'),
    ...finding(maxShare.num === 0 || maxShare.num > maxShare.den, `${at}/maxShare`, 'out_of_range'),
  ]
}

function rateErrors({ sections }: Draft): FieldError[] {
  const { campaigns, insights } = sections
  const above = (rate: Rate | undefined, most: number, at: string) =>
    finding(rate !== undefined && rate.num > rate.den * most, at, 'out_of_range')
  return [
    ...above(campaigns?.softBudget, 1, '/campaigns/softBudget'),
    ...above(campaigns?.holdout, 1 / 2, '/campaigns/holdout'),
    ...above(insights?.marginRate, 1, '/insights/marginRate'),
  ]
}

/** A person answers within a day at the latest, whatever the opening hours. */
function caseErrors({ sections }: Draft): FieldError[] {
  const wall = sections.cases?.firstReply.wall
  return finding(wall !== undefined && approximateDays(wall) > 1, '/cases/firstReply/wall', 'out_of_range')
}
