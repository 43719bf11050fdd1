/**
 * What the member page reads, and how fresh it is. While somebody looks at their card it is read often enough that an award
 * at the till shows within two seconds; a phone that was left on the table asks seldom.
 */
import { type QueryClient, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useSyncExternalStore } from 'react'
import { useLanguage } from '../i18n/provider.tsx'
import { asCached, CACHE_KEY, type CachedCard, cacheAfter } from '../offline/card-cache.ts'
import { keptIn } from '../offline/kept.ts'
import { useApi, useSession } from '../page.tsx'
import type { Card, CardCode, ConsentEvent, Line, Page, Profile, Reservation, Reward, Voucher } from '../wire.ts'

export const kept = keptIn('revisit-member')

const WATCHED_EVERY_MS = 1_200
const IDLE_EVERY_MS = 15_000
/** After this long without a touch nobody is standing at a till. */
const WATCHED_FOR_MS = 120_000

let touchedAt = Date.now()
for (const kind of ['pointerdown', 'keydown', 'focus', 'visibilitychange'] as const) {
  window.addEventListener(kind, () => (touchedAt = Date.now()), { passive: true, capture: true })
}

/** In a hidden tab the query does not ask at all. */
function nextAskMs(): number {
  return Date.now() - touchedAt < WATCHED_FOR_MS ? WATCHED_EVERY_MS : IDLE_EVERY_MS
}

let cached: CachedCard | undefined
const listeners = new Set<() => void>()
const ready = kept.get(CACHE_KEY).then((value) => setCached(asCached(value)))

function setCached(next: CachedCard | undefined): void {
  cached = next
  for (const listener of listeners) listener()
}

/** What was kept of the last visit: shown until, and whenever, there is nothing newer. */
export function useCached(): CachedCard | undefined {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => cached,
  )
}

async function keep(subject: string | undefined, news: { card?: Card; lines?: readonly Line[] }): Promise<void> {
  await ready
  if (subject === undefined) return
  const isOthers = cached !== undefined && cached.subject !== subject
  const next = cacheAfter(cached, subject, news)
  setCached(next)
  // What somebody else typed and never sent goes with their card.
  if (isOthers) await kept.clear()
  await (next === undefined ? kept.remove(CACHE_KEY) : kept.set(CACHE_KEY, next))
}

/** For sign-out: nothing of this person stays. */
export async function forget(queries: QueryClient): Promise<void> {
  setCached(undefined)
  queries.clear()
  await kept.clear()
}

/** The card, or what was kept of it. A person who is no member has none: problem `not_found`. */
export function useCard({ isWatched = false }: { isWatched?: boolean } = {}) {
  const api = useApi()
  const { locale } = useLanguage()
  const { now } = useSession()
  const queries = useQueryClient()
  const memory = useCached()
  const query = useQuery({
    // The level has its name in the reader's language.
    queryKey: ['card', now.subject, locale],
    placeholderData: (before, earlier) => (earlier?.queryKey[1] === now.subject ? before : undefined),
    queryFn: () => api.get<Card>('/me/card'),
    enabled: now.status === 'in',
    ...(isWatched && { refetchInterval: nextAskMs }),
  })
  const { data } = query
  useEffect(() => {
    if (data !== undefined) keep(now.subject, { card: data })
  }, [data, now.subject])
  const version = data?.version
  // The lines follow the card: one is asked for only when the other has changed.
  useEffect(() => {
    if (version !== undefined) queries.invalidateQueries({ queryKey: ['entries'] })
  }, [version, queries])
  const isOwnMemory = memory !== undefined && (now.subject === undefined || memory.subject === now.subject)
  return {
    ...query,
    card: data ?? (isOwnMemory && now.status !== 'out' ? memory.card : undefined),
    isOld: data === undefined,
  }
}

/** The newest lines: those that are kept, until there are newer ones. */
export function useEntries() {
  const { now } = useSession()
  const memory = useCached()
  const query = useOwn<Page<Line>>('entries', ENTRIES)
  const first = query.data?.items
  useEffect(() => {
    if (first !== undefined) keep(now.subject, { lines: first })
  }, [first, now.subject])
  return { ...query, lines: first ?? memory?.lines }
}

export const ENTRIES = '/me/entries?limit=25'

function useOwn<T>(key: string, path: string, enabled = true) {
  const api = useApi()
  const { now } = useSession()
  return useQuery({
    queryKey: [key, now.subject, path],
    queryFn: () => api.get<T>(path),
    enabled: enabled && now.status === 'in',
  })
}

export function useRewards() {
  return useOwn<Page<Reward>>('rewards', '/me/rewards')
}

export function useVouchers() {
  return useOwn<Page<Voucher>>('vouchers', '/me/vouchers')
}

export function useReservations() {
  return useOwn<Page<Reservation>>('reservations', '/me/reservations')
}

export function useReservation(id: string) {
  const api = useApi()
  const { now } = useSession()
  return useQuery({
    queryKey: ['reservation', id],
    queryFn: () => api.get<Reservation>(`/me/reservations/${encodeURIComponent(id)}`),
    enabled: now.status === 'in',
    refetchInterval: (query) => (query.state.data?.state === 'reserved' ? nextAskMs() * 2 : false),
  })
}

/** The rotating code is asked for again when half of its life is over. */
export function useCode() {
  const api = useApi()
  const { now } = useSession()
  return useQuery({
    queryKey: ['code', now.subject],
    queryFn: () => api.get<CardCode>('/me/code'),
    enabled: now.status === 'in',
    refetchInterval: 20_000,
    gcTime: 0,
    staleTime: 0,
  })
}

export function useConsentHistory() {
  return useOwn<Page<ConsentEvent>>('consents', '/me/consents?limit=25')
}

/** With its version, which a change must name. */
export function useProfile() {
  const api = useApi()
  const { now } = useSession()
  return useQuery({
    queryKey: ['profile', now.subject],
    queryFn: async () => {
      const { body, etag } = await api.call<Profile>('/me')
      return { profile: body, etag: etag ?? '' }
    },
    enabled: now.status === 'in',
  })
}
