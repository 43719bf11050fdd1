/** A local run with the gateway in front, the keys of its issuers, and requests as raw as a socket allows. */
import { readFileSync } from 'node:fs'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { JWK } from 'jose'
import { startLocalRun } from '../../local/history-run.ts'

export type GatewayRun = {
  readonly url: string
  readonly port: number
  /** The private keys of the issuers: what an attacker never has, but who tests forgeries must. */
  readonly keys: Readonly<Record<'staff' | 'members', JWK>>
  killAndRestart(): Promise<void>
  stop(): Promise<void>
}

export async function startGatewayRun(): Promise<GatewayRun> {
  const home = await mkdtemp(join(tmpdir(), 'revisit-gateway-'))
  const before = process.env.TMPDIR
  // The run makes its data folder where temporary files go, and does not tell its name.
  process.env.TMPDIR = home
  const run = await startLocalRun().finally(() => {
    if (before === undefined) delete process.env.TMPDIR
    else process.env.TMPDIR = before
  })
  const [folder = ''] = await readdir(home)
  return {
    url: run.url,
    port: Number(new URL(run.url).port),
    keys: JSON.parse(readFileSync(join(home, folder, 'identity.json'), 'utf8')),
    killAndRestart: () => run.killAndRestart(),
    stop: async () => {
      await run.stop()
      await rm(home, { recursive: true, force: true })
    },
  }
}

export type RawRequest = {
  readonly method?: string
  readonly path: string
  /** Name, value, name, value: sent in this order, also twice. */
  readonly headers?: readonly string[]
  readonly body?: string | Buffer
}
export type RawReply = {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly text: string
}

/** A host of its own unless the headers name one. */
export function sendRaw(port: number, { method = 'GET', path, headers = [], body }: RawRequest): Promise<RawReply> {
  const names = headers.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase())
  const host = names.includes('host') ? [] : ['host', `localhost:${port}`]
  const length = body === undefined ? [] : ['content-length', String(Buffer.byteLength(body))]
  return new Promise((resolve, reject) => {
    const call = request({ host: '127.0.0.1', port, method, path, headers: [...host, ...headers, ...length] })
    call.once('error', reject)
    call.once('response', (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.once('error', reject)
      response.once('end', () => {
        const text = Buffer.concat(chunks).toString('utf8')
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text })
      })
    })
    call.end(body)
  })
}
