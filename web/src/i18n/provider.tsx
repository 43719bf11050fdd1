/**
 * Gives a page its words and formats. Catalogues arrive compiled, one file per area and language; an id that no
 * catalogue has does not compile, because each area's `useText` takes the ids of its English file only.
 */
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from 'react'
import { createIntl, createIntlCache, type IntlShape, RawIntlProvider, useIntl } from 'react-intl'
import { type Formats, formatsOf, type Locale, type Place } from './formats.ts'
import { currentLocale, rememberLocale } from './locale.ts'
import type commonEn from './messages/shared/en.json'

export type CommonId = keyof typeof commonEn
export type Values = Readonly<Record<string, string | number | boolean | null | undefined>>

/** A file of messages as the build leaves it. */
export type Catalogue = Readonly<Record<string, unknown>>
export type Catalogues = (locale: Locale) => Promise<readonly Catalogue[]>

type Language = {
  readonly locale: Locale
  readonly formats: Formats
  readonly setLocale: (locale: Locale) => void
  /** The program tells its zone and currency once it is known. */
  readonly setPlace: (place: Place) => void
}

const LanguageContext = createContext<Language | undefined>(undefined)
const cache = createIntlCache()

/** All that can be said while the words themselves cannot be had. */
const WORDLESS: Readonly<Record<Locale, string>> = {
  en: 'No connection. This page goes on when there is one.',
  'zh-Hant': '目前沒有連線，恢復後會繼續。',
  'zh-Hans': '当前没有网络，恢复后会继续。',
}

/** Until the program is known nothing is shown that has a zone or a currency. */
const NOWHERE: Place = { zone: 'UTC', currency: 'EUR' }

export function LanguageProvider({ catalogues, children }: { catalogues: Catalogues; children: ReactNode }) {
  const [intl, setIntl] = useState<IntlShape>()
  const [locale, choose] = useState(currentLocale)
  const [place, setPlace] = useState(NOWHERE)
  const [isMissing, setMissing] = useState(false)
  useEffect(() => {
    let isCurrent = true
    const load = () =>
      catalogues(locale).then(
        (parts) => {
          if (!isCurrent) return
          document.documentElement.lang = locale
          setIntl(createIntl({ locale, messages: asMessages(parts), onError: raise }, cache))
        },
        () => {
          if (isCurrent) setMissing(true)
        },
      )
    load()
    // The network went between the page and its words.
    window.addEventListener('online', load)
    return () => {
      isCurrent = false
      window.removeEventListener('online', load)
    }
  }, [locale, catalogues])
  const setLocale = useCallback((next: Locale) => {
    rememberLocale(next)
    choose(next)
  }, [])
  const shown = (intl?.locale ?? locale) as Locale
  const language = useMemo(
    () => ({ locale: shown, formats: formatsOf(shown, place), setLocale, setPlace }),
    [shown, place, setLocale],
  )
  if (intl === undefined) return isMissing ? WORDLESS[locale] : null
  return (
    <RawIntlProvider value={intl}>
      <LanguageContext.Provider value={language}>{children}</LanguageContext.Provider>
    </RawIntlProvider>
  )
}

export function useLanguage(): Language {
  const language = useContext(LanguageContext)
  if (language === undefined) throw new Error('no LanguageProvider')
  return language
}

export function useFormats(): Formats {
  return useLanguage().formats
}

/** The words of the parts that all pages share. */
export const useCommonText = textHook<CommonId>()

/** @returns a hook that gives `t(id, values)`; `Id` are the ids that the area has. */
export function textHook<Id extends string>() {
  return function useText() {
    const intl = useIntl()
    return useCallback((id: Id, values?: Values): string => intl.formatMessage({ id }, values ?? NONE), [intl])
  }
}

/** Whether there is a message of this id, for codes that come from outside. */
export function useHasText() {
  const { messages } = useIntl()
  return (id: string) => id in messages
}

const NONE = {}

/** Safe because the build made these files of syntax trees, which is what the formatter takes. */
function asMessages(parts: readonly Catalogue[]): IntlShape['messages'] {
  return Object.assign({}, ...parts) as IntlShape['messages']
}

function raise(error: unknown): void {
  console.error(error)
}
