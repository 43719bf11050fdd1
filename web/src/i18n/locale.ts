/** Which language a reader gets: what the link asks for, what was chosen before, what the browser speaks. */
import { LOCALES, type Locale } from './formats.ts'

const CHOICE = 'locale'

export function isLocale(text: string | null | undefined): text is Locale {
  return LOCALES.some((locale) => locale === text)
}

/** Chinese by script, else by region; anything else is English. */
export function localeOf(tag: string): Locale | undefined {
  const parts = tag.toLowerCase().split(/[-_]/)
  if (parts[0] === 'en') return 'en'
  if (parts[0] !== 'zh' && parts[0] !== 'yue') return undefined
  if (parts.includes('hant')) return 'zh-Hant'
  if (parts.includes('hans')) return 'zh-Hans'
  return parts[0] === 'yue' || ['hk', 'tw', 'mo'].some((region) => parts.includes(region)) ? 'zh-Hant' : 'zh-Hans'
}

type Wishes = { readonly search: string; readonly chosen: string | null; readonly languages: readonly string[] }

export function chooseLocale({ search, chosen, languages }: Wishes): Locale {
  const asked = new URLSearchParams(search).get('lang')
  if (isLocale(asked)) return asked
  if (isLocale(chosen)) return chosen
  return languages.map(localeOf).find((locale) => locale !== undefined) ?? 'en'
}

/** What a link asks for is a choice: it must outlast the way through the sign-in. */
export function currentLocale(): Locale {
  const { search } = location
  const locale = chooseLocale({ search, chosen: localStorage.getItem(CHOICE), languages: navigator.languages })
  if (isLocale(new URLSearchParams(search).get('lang'))) rememberLocale(locale)
  return locale
}

export function rememberLocale(locale: Locale): void {
  localStorage.setItem(CHOICE, locale)
}
