/** The catalogues of an area as they are written, for tests. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createIntl } from 'react-intl'
import { type Formats, formatsOf, LOCALES, type Locale } from '../../web/src/i18n/formats.ts'
import type { CommonId, Values } from '../../web/src/i18n/provider.tsx'

export const AREAS = ['shared', 'member', 'staff'] as const
export type Area = (typeof AREAS)[number]

const FOLDER = join(import.meta.dirname, '../../web/src/i18n/messages')

export function catalogue(area: Area, locale: Locale): Record<string, string> {
  const path = join(FOLDER, area, `${locale}.json`)
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {}
}

export const EVERY = AREAS.flatMap((area) => LOCALES.map((locale) => [area, locale, catalogue(area, locale)] as const))

/** What a page has in its hands to say something. A message that does not fit its values throws. */
export function toolsOf(locale: Locale, place = { zone: 'Asia/Hong_Kong', currency: 'HKD' }) {
  const messages = { ...catalogue('shared', locale), ...catalogue('member', locale) }
  const intl = createIntl({
    locale,
    messages,
    onError: (error) => {
      throw error
    },
  })
  const formats: Formats = formatsOf(locale, place)
  return {
    formats,
    locale,
    t: (id: CommonId, values: Values = {}): string => intl.formatMessage({ id }, { ...values }),
    has: (id: string) => id in messages,
  }
}
