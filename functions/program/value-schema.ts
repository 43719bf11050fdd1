/** The values that every section of the program document is made of, each with its limit. */
import * as z from 'zod'
import { approximateDays, isDuration, isLocalDate } from '../shared/dates.ts'
import { MONEY_MAX, POINTS_MAX } from '../shared/points.ts'

export const LOCALES = ['en', 'zh-Hant', 'zh-Hans'] as const
export const Locale = z.enum(LOCALES)

const DAYS_MAX = 36_600
const DATE_PART = '(\\d{1,5}Y)?(\\d{1,5}M)?(\\d{1,5}W)?(\\d{1,5}D)?'
const TIME_PART = '(\\d{1,6}H)?(\\d{1,6}M)?(\\d{1,6}S)?'
const CALENDAR = new RegExp(`^P(?!$)${DATE_PART}$`)
const ELAPSED = new RegExp(`^P(?!$)${DATE_PART}(T(?!$)${TIME_PART})?$`)

function duration(form: RegExp) {
  return z
    .string()
    .max(24)
    .refine((text) => form.test(text) && isDuration(text), { error: 'invalid_value', abort: true })
    .refine((text) => approximateDays(text) <= DAYS_MAX, { error: 'out_of_range' })
}

/** ISO 8601 in whole years, months, weeks and days, at most about 100 years. */
export const CalendarDuration = duration(CALENDAR)
/** ISO 8601 in whole units down to seconds, at most about 100 years. */
export const AnyDuration = duration(ELAPSED)

export const CalendarDate = z.string().max(10).refine(isLocalDate, { error: 'invalid_value' })
/** `MM-DD`; 29 February counts as a day. */
export const MonthDay = z
  .string()
  .regex(/^\d{2}-\d{2}$/)
  .refine((text) => isLocalDate(`2024-${text}`), { error: 'invalid_value' })
export const TimeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/)
const ClosingTime = z.string().regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/)

/** Text without control characters. */
export function plainText(most: number) {
  return z
    .string()
    .trim()
    .min(1)
    .max(most)
    .regex(/^\P{Cc}+$/u)
}

/** What is shown to people; which languages it must have is a matter of the whole document. */
export const LocalText = z.strictObject({
  en: plainText(100).optional(),
  'zh-Hant': plainText(100).optional(),
  'zh-Hans': plainText(100).optional(),
})
export type LocalText = z.infer<typeof LocalText>

/** Name of a rule, cap, level or policy; it stands in keys and in the reasons of entries. */
export const Name = z.string().regex(/^[a-z0-9][a-z0-9_-]{0,31}$/)
export const STORE_ID = /^[a-z0-9][a-z0-9-]{0,31}$/
export const StoreId = z.string().regex(STORE_ID)
/** A category, article or kind of payment as the till names it. */
export const TillCode = plainText(64)

export const Points = z.int().min(0).max(POINTS_MAX)
export const SomePoints = z.int().min(1).max(POINTS_MAX)
export const Minor = z.int().min(0).max(MONEY_MAX)
export const SomeMinor = z.int().min(1).max(MONEY_MAX)
export const Count = z.int().min(0).max(1_000_000)
export const SomeCount = z.int().min(1).max(1_000_000)

/** An exact fraction. */
export const Rate = z.strictObject({ num: Count, den: SomeCount })
export type Rate = z.infer<typeof Rate>

export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
const Hours = z
  .tuple([TimeOfDay, ClosingTime])
  .refine(([from, to]) => from < to, { error: 'out_of_range' })
  .nullable()

/** From and to in local time for each weekday, or null where closed. */
export const OpeningHours = z.strictObject({
  mon: Hours,
  tue: Hours,
  wed: Hours,
  thu: Hours,
  fri: Hours,
  sat: Hours,
  sun: Hours,
})
export type OpeningHours = z.infer<typeof OpeningHours>
