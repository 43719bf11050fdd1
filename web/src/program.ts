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
  const terms = useQuery({
    queryKey: ['terms'],
    queryFn: async () => keepTerms(await api.get<Terms>('/program/terms')),
    staleTime: FRESH_MS,
    initialData: keptTerms,
    initialDataUpdatedAt: 0,
  })
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

const KEPT = 'terms'

/**
 * What anyone may read stays on the device: without zone and currency no time and no amount could be written before the first
 * answer, or without a network.
 */
function keepTerms(terms: Terms): Terms {
  try {
    localStorage.setItem(KEPT, JSON.stringify(terms))
  } catch (error) {
    console.info('the terms are not kept', error)
  }
  return terms
}

function keptTerms(): Terms | undefined {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEPT) ?? 'null')
    return isTerms(kept) ? kept : undefined
  } catch {
    return undefined
  }
}

/** Of an earlier version of the page something may be missing. */
function isTerms(value: unknown): value is Terms {
  if (typeof value !== 'object' || value === null || !('points' in value) || !('stores' in value)) return false
  return 'zone' in value && typeof value.zone === 'string' && 'currency' in value && Array.isArray(value.stores)
}
