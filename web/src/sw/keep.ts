/**
 * What both service workers do: keep exactly the files of their own page, serve its shell for its own addresses, keep the
 * last `/config.json`, and never an answer of the API or anything of another page.
 */
import { createHandlerBoundToURL, type PrecacheEntry, precacheAndRoute } from 'workbox-precaching'
import { NavigationRoute, registerRoute } from 'workbox-routing'
import { NetworkFirst } from 'workbox-strategies'

declare const self: ServiceWorkerGlobalScope & { readonly __PRECACHE: PrecacheEntry[] }

/** @param foreign addresses in the worker's scope that are not this page's. */
export function keep(shell: string, foreign: readonly RegExp[]): void {
  precacheAndRoute(self.__PRECACHE)
  registerRoute(new NavigationRoute(createHandlerBoundToURL(shell), { denylist: [...foreign] }))
  registerRoute(
    ({ url, sameOrigin }) => sameOrigin && url.pathname === '/config.json',
    new NetworkFirst({ cacheName: 'config', networkTimeoutSeconds: 3 }),
  )
  // A new version waits until the reader takes it: a page must not change under somebody's hands.
  self.addEventListener('message', (event) => {
    if (event.data === 'take-over') self.skipWaiting()
  })
}
