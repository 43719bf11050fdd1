/** The terms of the program in force, which anyone may read: its name, its words for points, its zone and currency. */
import { useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { inLocale, type Locale } from './i18n/formats.ts'
import { useLanguage } from './i18n/provider.tsx'
import { useApi } from './page.tsx'
import type { Terms } from './wire.ts'

const FRESH_MS = 5 * 60_000

/** Also sets the zone and currency that every format uses. */
export function useTerms() {
  const api = useApi()
  const { setPlace } = useLanguage()
  const terms = useQuery({ queryKey: ['terms'], queryFn: () => api.get<Terms>('/program/terms'), staleTime: FRESH_MS })
  const { zone, currency } = terms.data ?? {}
  useEffect(() => {
    if (zone !== undefined && currency !== undefined) setPlace({ zone, currency })
  }, [zone, currency, setPlace])
  return terms
}

/** `{u}` of every sentence. */
export function unitOf(terms: Terms | undefined, locale: Locale, otherwise: string): string {
  return inLocale(terms?.points.name, locale) || otherwise
}
