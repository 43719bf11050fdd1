/**
 * Where the desk stands: the program's terms, the store, and who is there, for every screen of the staff page. Terms and
 * stores are kept on the device, because an award is written down also while nothing can be read.
 */
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { createContext, type ReactNode, useContext, useEffect, useMemo, useRef, useState } from 'react'
import { inLocale } from '../i18n/formats.ts'
import { useLanguage } from '../i18n/provider.tsx'
import { useApi, useSession } from '../page.tsx'
import { unitOf, useTerms } from '../program.ts'
import type { Page, Terms } from '../wire.ts'
import { useText } from './catalogues.ts'
import { useDevice } from './device.ts'
import { kept, type Person } from './person.ts'
import type { Store } from './wire.ts'

export type Place = {
  readonly person: Person
  readonly terms: Terms | undefined
  readonly currency: string
  readonly zone: string
  readonly programName: string
  /** The program's word for points. */
  readonly unit: string
  readonly stores: readonly Store[]
  /** Undefined until one is chosen. */
  readonly store: Store | undefined
  readonly storeName: string
}

const PlaceContext = createContext<Place | undefined>(undefined)

export function usePlace(): Place {
  const place = useContext(PlaceContext)
  if (place === undefined) throw new Error('no PlaceProvider')
  return place
}

export function PlaceProvider({ person, children }: { person: Person; children: ReactNode }) {
  const t = useText()
  const { locale, setPlace } = useLanguage()
  const { storeId } = useDevice()
  const terms = useKept('terms', useTerms().data)
  const stores = useKept('stores', useStores(person))
  const own = useMemo(
    () =>
      (stores ?? []).filter(
        ({ id }) => person.stores === '*' || person.roles.includes('admin') || person.stores.includes(id),
      ),
    [stores, person],
  )
  const store = own.find(({ id }) => id === storeId) ?? (own.length === 1 ? own[0] : undefined)
  const { currency = '', zone = '' } = terms ?? {}
  useEffect(() => {
    if (currency !== '') setPlace({ currency, zone })
  }, [currency, zone, setPlace])
  useReadAgain(locale)
  const place = useMemo<Place>(
    () => ({
      person,
      terms,
      currency,
      zone,
      programName: inLocale(terms?.name, locale),
      unit: unitOf(terms, locale, t('unit.points')),
      stores: own,
      store,
      storeName: nameOf(store, locale),
    }),
    [person, terms, currency, zone, locale, own, store, t],
  )
  return <PlaceContext.Provider value={place}>{children}</PlaceContext.Provider>
}

/** What was read holds names in the language that was asked for. */
function useReadAgain(locale: string): void {
  const queries = useQueryClient()
  const read = useRef(locale)
  useEffect(() => {
    if (read.current === locale) return
    read.current = locale
    queries.invalidateQueries()
  }, [locale, queries])
}

export function nameOf(
  named: { readonly name: string | Terms['name'] } | undefined,
  locale: Parameters<typeof inLocale>[1],
): string {
  if (named === undefined) return ''
  return typeof named.name === 'string' ? named.name : inLocale(named.name, locale)
}

const STORES_MAX = 100

/** Whoever may not read them is not told of a refusal that nobody asked for. */
function useStores(person: Person): readonly Store[] | undefined {
  const api = useApi()
  const { now } = useSession()
  const read = () => api.get<Page<Store>>(`/program/stores?limit=${STORES_MAX}`)
  const enabled = now.status === 'in' && person.roles.some((role) => role !== 'caller')
  return useQuery({ queryKey: ['stores'], queryFn: read, staleTime: 5 * 60_000, enabled }).data?.items
}

/** The last that was read, also after a reload without a network. */
function useKept<T>(key: string, fresh: T | undefined): T | undefined {
  const [old, setOld] = useState<T>()
  useEffect(() => {
    if (fresh !== undefined) kept.set(key, fresh)
    else kept.get(key).then((value) => setOld((before) => before ?? asKept<T>(value)))
  }, [key, fresh])
  return fresh ?? old
}

/** Safe because only this page writes there, and what it wrote was an answer of the same shape. */
function asKept<T>(value: unknown): T | undefined {
  return value as T | undefined
}
