/**
 * Numbers, money, days and times as the reader writes them. Days are wall-clock days of the program; instants are shown
 * in the program's zone, never in that of the device.
 */
export const LOCALES = ['en', 'zh-Hant', 'zh-Hans'] as const
export type Locale = (typeof LOCALES)[number]

/** What of a program decides how its values are written. */
export type Place = { readonly zone: string; readonly currency: string }

/** Zones whose region writes dates or numbers in a way of its own; elsewhere the language's home decides. */
const REGIONS: readonly (readonly [RegExp, string])[] = [
  [/^Europe\/(London|Belfast)$/, 'GB'],
  [/^Asia\/Hong_Kong$/, 'HK'],
  [/^Asia\/Macau$/, 'MO'],
  [/^Asia\/Taipei$/, 'TW'],
  [/^Asia\/(Shanghai|Urumqi|Chongqing)$/, 'CN'],
  [/^Asia\/Singapore$/, 'SG'],
  [/^Australia\//, 'AU'],
  [/^Pacific\/Auckland$/, 'NZ'],
]
const HOMES: Readonly<Record<Locale, string>> = { en: 'GB', 'zh-Hant': 'HK', 'zh-Hans': 'CN' }

/** `zh-Hant-HK`: the script of the reader, the region of the program. */
export function tagOf(locale: Locale, zone: string): string {
  const region = REGIONS.find(([pattern]) => pattern.test(zone))?.[1] ?? HOMES[locale]
  return `${locale}-${region}`
}

export type Formats = ReturnType<typeof formatsOf>

export function formatsOf(locale: Locale, place: Place) {
  const tag = tagOf(locale, place.zone)
  const number = new Intl.NumberFormat(tag)
  const signed = new Intl.NumberFormat(tag, { signDisplay: 'exceptZero' })
  const zone = { timeZone: place.zone }
  const day = new Intl.DateTimeFormat(tag, {
    day: 'numeric',
    month: locale === 'en' ? 'short' : 'long',
    year: 'numeric',
    timeZone: 'UTC',
  })
  const shortDay = new Intl.DateTimeFormat(tag, {
    day: 'numeric',
    month: locale === 'en' ? 'short' : 'long',
    timeZone: 'UTC',
  })
  const month = new Intl.DateTimeFormat(tag, { month: 'long', year: 'numeric', timeZone: 'UTC' })
  const time = new Intl.DateTimeFormat(tag, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', ...zone })
  const local = new Intl.DateTimeFormat('en-CA', { year: 'numeric', month: '2-digit', day: '2-digit', ...zone })
  const zoneName = new Intl.DateTimeFormat(tag, { timeZoneName: 'longGeneric', ...zone })
  const list = new Intl.ListFormat(tag, { type: 'conjunction' })
  /** The program's calendar day of an instant. */
  const dayOf = (instant: string | number) => local.format(new Date(instant))
  const ofDay = (text: string) => new Date(`${text}T00:00:00Z`)
  return {
    locale,
    tag,
    place,
    points: (value: number) => number.format(value).replace('-', '−'),
    signed: (value: number) => signed.format(value).replace('-', '−'),
    money: (minor: number) => moneyText(tag, place.currency, minor),
    day: (text: string) => day.format(ofDay(text)),
    shortDay: (text: string) => shortDay.format(ofDay(text)),
    monthOf: (text: string) => month.format(ofDay(text)),
    dayOf,
    time: (instant: string | number) => time.format(new Date(instant)),
    list: (words: readonly string[]) => list.format(words),
    zoneName: () =>
      zoneName.formatToParts(new Date(0)).find(({ type }) => type === 'timeZoneName')?.value ?? place.zone,
  }
}

/** Minor units as money, without decimals that say nothing. */
function moneyText(tag: string, currency: string, minor: number): string {
  const options = { style: 'currency', currency, trailingZeroDisplay: 'stripIfInteger' } as const
  const format = new Intl.NumberFormat(tag, options)
  const digits =
    new Intl.NumberFormat(tag, { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2
  return format.format(minor / 10 ** digits).replace('-', '−')
}

/** A text of the program in the reader's language, else in the program's own, else in any. */
export function inLocale(texts: Readonly<Partial<Record<string, string>>> | undefined, locale: Locale): string {
  return texts?.[locale] ?? texts?.en ?? Object.values(texts ?? {}).find((text) => text !== undefined) ?? ''
}
