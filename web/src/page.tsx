/** What every page starts with: theme, language, who is signed in, the API, and the cache of what was read. */
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { createContext, type ReactNode, useContext, useEffect, useState, useSyncExternalStore } from 'react'
import { createRoot } from 'react-dom/client'
import { type Api, apiOf } from './api.ts'
import { currentLocale } from './i18n/locale.ts'
import { type Catalogues, LanguageProvider } from './i18n/provider.tsx'
import { asProblem } from './problem.ts'
import { Session, type SessionArea, type SessionState } from './session.ts'
import { startTheme } from './theme.ts'

type Page = { readonly session: Session; readonly api: Api }

const PageContext = createContext<Page | undefined>(undefined)

type Start = {
  readonly area: Omit<SessionArea, 'language'>
  readonly catalogues: Catalogues
  readonly workerUrl: string
  readonly app: ReactNode
}

const READ_RETRIES = 2

/** Paints at once and asks who is there afterwards. */
export function startPage({ area, catalogues, workerUrl, app }: Start): Page {
  startTheme()
  const language = () => document.documentElement.lang || currentLocale()
  const session = new Session({ ...area, language })
  const api = apiOf({ token: session.token, language, onSignedOut: session.end })
  const queries = new QueryClient({
    defaultOptions: {
      queries: {
        retry: (count, error) => count < READ_RETRIES && asProblem(error).isUnknown,
        retryDelay: (count) => 500 * 2 ** count,
        staleTime: 1_000,
      },
      mutations: { retry: false },
    },
  })
  createRoot(elementOf('page')).render(
    <QueryClientProvider client={queries}>
      <PageContext.Provider value={{ session, api }}>
        <LanguageProvider catalogues={catalogues}>{app}</LanguageProvider>
      </PageContext.Provider>
    </QueryClientProvider>,
  )
  session.start().then((returnTo) => {
    if (returnTo !== undefined && location.pathname === area.home) {
      history.replaceState(null, '', returnTo)
      window.dispatchEvent(new Event('popstate'))
    }
  })
  for (const kind of ['online', 'focus', 'visibilitychange'] as const) {
    window.addEventListener(kind, () => session.resume())
  }
  registerWorker(workerUrl, area.home)
  return { session, api }
}

function elementOf(id: string): HTMLElement {
  const element = document.getElementById(id)
  if (element === null) throw new Error(`the page has no #${id}`)
  return element
}

function usePage(): Page {
  const page = useContext(PageContext)
  if (page === undefined) throw new Error('outside of a page')
  return page
}

export function useApi(): Api {
  return usePage().api
}

export function useSession(): Pick<Session, 'signIn' | 'signOut' | 'token'> & { readonly now: SessionState } {
  const { session } = usePage()
  const now = useSyncExternalStore(session.subscribe, session.state)
  return { now, signIn: session.signIn, signOut: session.signOut, token: session.token }
}

export function useIsOnline(): boolean {
  return useSyncExternalStore(listenOnline, () => navigator.onLine)
}

function listenOnline(onChange: () => void): () => void {
  window.addEventListener('online', onChange)
  window.addEventListener('offline', onChange)
  return () => {
    window.removeEventListener('online', onChange)
    window.removeEventListener('offline', onChange)
  }
}

/** Whether a newer version of the page is waiting, and what takes it. */
export function useNewVersion(): (() => void) | undefined {
  const [waiting, setWaiting] = useState<ServiceWorker>()
  useEffect(() => {
    const onWaiting = () => setWaiting(waitingWorker)
    window.addEventListener(WAITING, onWaiting)
    onWaiting()
    return () => window.removeEventListener(WAITING, onWaiting)
  }, [])
  return waiting && (() => waiting.postMessage('take-over'))
}

const WAITING = 'worker-waiting'
let waitingWorker: ServiceWorker | undefined

function registerWorker(url: string, scope: string): void {
  if (!('serviceWorker' in navigator) || import.meta.env.DEV) return
  const hadOne = navigator.serviceWorker.controller !== null
  navigator.serviceWorker
    .register(url, { scope })
    .then((registration) => {
      const tell = () => {
        if (registration.waiting === null || !hadOne) return
        waitingWorker = registration.waiting
        window.dispatchEvent(new Event(WAITING))
      }
      tell()
      registration.addEventListener('updatefound', () => registration.installing?.addEventListener('statechange', tell))
    })
    .catch((error: unknown) => console.warn('no service worker', error))
  navigator.serviceWorker.addEventListener('controllerchange', () => {
    if (hadOne) location.reload()
  })
}
