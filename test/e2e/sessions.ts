/** A session that ends while somebody works: the sign-in is revoked, and an hour later the last token is worth nothing. */
import type { BrowserContext } from 'playwright-core'
import * as z from 'zod'
import type { Shop } from '../support/shop.ts'

const Tokens = z.object({ refresh_token: z.string() })
const CLIENTS: Readonly<Record<string, string>> = { members: 'member-page', staff: 'staff-page' }

type Renewable = { readonly issuer: string; readonly clientId: string; readonly refreshToken: string }
/** What the page could renew its session with now; it lives nowhere but in the page and on the wire. */
export type Session = () => Promise<Renewable>

/** To be called before the sign-in. */
export function watchSession(context: BrowserContext): Session {
  let last: Promise<Renewable> | undefined
  context.on('response', (response) => {
    const [, issuer = '', pool = ''] = /^(.*\/oidc\/(\w+))\/token$/.exec(response.url()) ?? []
    if (issuer === '' || !response.ok()) return
    last = response
      .json()
      .then((body) => ({ issuer, clientId: CLIENTS[pool] ?? '', refreshToken: Tokens.parse(body).refresh_token }))
  })
  return () => last ?? Promise.reject(new Error('nobody has signed in'))
}

export async function endSession(shop: Shop, session: Session): Promise<void> {
  const { issuer, clientId, refreshToken } = await session()
  const answer = await fetch(`${issuer}/token/revocation`, {
    method: 'POST',
    body: new URLSearchParams({ token: refreshToken, token_type_hint: 'refresh_token', client_id: clientId }),
  })
  if (!answer.ok) throw new Error(`the sign-in could not be revoked: ${answer.status} ${await answer.text()}`)
  await shop.advance('PT61M')
}
