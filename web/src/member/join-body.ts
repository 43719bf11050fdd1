/** The answers of the form for joining, and what of them is sent. */
import type { Locale } from '../i18n/formats.ts'

export type JoinDraft = {
  /** Changes with every edit: other answers are another intent. */
  readonly key: string
  readonly name: string
  readonly month: string
  readonly day: string
  readonly mayWrite: boolean
  readonly isOldEnough: boolean
}

/** Only what was answered: an empty field is no answer. */
export function joinBody(values: Omit<JoinDraft, 'key'>, locale: Locale) {
  const { name, month, day, mayWrite, isOldEnough } = values
  return {
    name: name.trim(),
    locale,
    ...(month !== '' && day !== '' && { birthday: { month: Number(month), day: Number(day) } }),
    ...(mayWrite && { consents: { marketing: { email: true } } }),
    ...(isOldEnough && { minAgeConfirmed: true }),
  }
}
