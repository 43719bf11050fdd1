/** What the stack tells its pages: where to sign in. Nothing of it is baked into a build. */

export type Issuer = { readonly authority: string; readonly clientId: string }
export type Config = { readonly issuers: { readonly members: Issuer; readonly staff: Issuer } }

let loading: Promise<Config> | undefined

/** @throws when it cannot be read; the next call tries again. */
export function config(): Promise<Config> {
  loading ??= load().catch((cause: unknown) => {
    loading = undefined
    throw cause
  })
  return loading
}

async function load(): Promise<Config> {
  const answer = await fetch('/config.json', { signal: AbortSignal.timeout(8_000) })
  if (!answer.ok) throw new Error(`/config.json: ${answer.status}`)
  return asConfig(await answer.json())
}

/** @throws with the name of what is missing: a page without an issuer could only fail later and less clearly. */
export function asConfig(value: unknown): Config {
  return { issuers: { members: issuerOf(value, 'members'), staff: issuerOf(value, 'staff') } }
}

function issuerOf(value: unknown, name: string): Issuer {
  const issuer = part(part(value, 'issuers'), name)
  const authority = part(issuer, 'authority')
  const clientId = part(issuer, 'clientId')
  if (typeof authority === 'string' && typeof clientId === 'string') return { authority, clientId }
  throw new Error(`/config.json lacks issuers.${name}`)
}

function part(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? Object.entries(value).find(([key]) => key === name)?.[1]
    : undefined
}
