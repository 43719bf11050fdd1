/** A browser as far as signing in needs one: cookies with their paths, redirects of its own origin, forms. */

export type Seen = {
  readonly status: number
  readonly url: URL
  readonly headers: Headers
  readonly text: string
}
type Cookie = { readonly name: string; readonly value: string; readonly path: string }

/** Pages of the product, which are not served in tests of the issuers. */
const PAGES = ['/', '/signed-in', '/staff/', '/staff/signed-in']
const REDIRECTS_MAX = 10

export class Browser {
  readonly #origin: string
  #cookies: Cookie[] = []

  constructor(origin: string) {
    this.#origin = origin
  }

  open(url: string): Promise<Seen> {
    return this.#go(new URL(url, this.#origin), { method: 'GET' })
  }

  /** Sends a form of the page to its own address. */
  submit(page: Seen, fields: Record<string, string>): Promise<Seen> {
    return this.#go(page.url, { method: 'POST', body: new URLSearchParams(fields) })
  }

  async #go(start: URL, init: RequestInit): Promise<Seen> {
    let url = start
    let next = init
    for (let count = 0; count < REDIRECTS_MAX; count += 1) {
      if (url.origin !== this.#origin || PAGES.includes(url.pathname)) {
        return { status: 200, url, headers: new Headers(), text: '' }
      }
      const reply = await fetch(url, { ...next, redirect: 'manual', headers: { cookie: this.#cookiesFor(url) } })
      this.#take(reply.headers.getSetCookie())
      const location = reply.headers.get('location')
      const text = await reply.text()
      if (location === null) return { status: reply.status, url, headers: reply.headers, text }
      url = new URL(location, url)
      next = { method: 'GET' }
    }
    throw new Error(`more than ${REDIRECTS_MAX} redirects from ${start.pathname}`)
  }

  #cookiesFor({ pathname }: URL): string {
    const sent = this.#cookies.filter(({ path }) => pathname === path || pathname.startsWith(path.replace(/\/?$/, '/')))
    return sent.map(({ name, value }) => `${name}=${value}`).join('; ')
  }

  #take(given: readonly string[]): void {
    for (const text of given) {
      const [pair = '', ...attributes] = text.split(/;\s*/)
      const [name = '', value = ''] = pair.split(/=(.*)/s)
      const path = attributes.find((item) => /^path=/i.test(item))?.slice(5) ?? '/'
      this.#cookies = this.#cookies.filter((cookie) => cookie.name !== name || cookie.path !== path)
      if (value !== '') this.#cookies.push({ name, value, path })
    }
  }
}
