/**
 * How many requests a second the local run answers, and how long each waits, with one caller and with sixteen. It says how
 * this machine does, with engine, gateway and functions on the same cores; it is no claim about a deployment.
 */
import * as z from 'zod'
import { startLocalRun } from '../local/history-run.ts'
import { requestJson } from '../local/json-request.ts'
import type { Load } from './figures.ts'
import { LOAD_HEADS, loaded, loadRow, type Send } from './load.ts'
import { columns, type Findings, type Scope } from './report.ts'
import { STORE } from './shop.ts'

const CALLERS = [1, 16] as const
const REQUESTS = 1_500
const WARM_UP = 300

export async function run({ say }: Scope): Promise<Findings> {
  const local = await startLocalRun()
  try {
    const deeds = await deedsOf(Number(new URL(local.url).port))
    const results: Load[] = []
    for (const [what, send] of Object.entries(deeds)) {
      await loaded(send, { what, callers: 16, requests: WARM_UP, from: 0 })
      for (const callers of CALLERS) {
        const from = WARM_UP + callers * REQUESTS
        results.push(await loaded(send, { what, callers, requests: REQUESTS, from }))
      }
    }
    for (const line of columns([[...LOAD_HEADS], ...results.map(loadRow)])) say(line)
    return { results, verdicts: [] }
  } finally {
    await local.stop()
  }
}

async function deedsOf(port: number): Promise<Record<string, Send>> {
  const { access_token: token } = await sent(port, { path: '/local/token', body: { role: 'admin' } })
  const headers = { authorization: `Bearer ${token}` }
  const members: string[] = []
  for (let caller = 0; caller < 16; caller += 1) {
    const body = { externalId: `caller-${caller}`, storeId: STORE }
    const keyed = { ...headers, 'idempotency-key': `caller-${caller}` }
    members.push((await sent(port, { path: '/v1/members', body, headers: keyed })).id ?? '')
  }
  return {
    async award(caller, index) {
      const purchasedAt = new Date(Date.now() - 60_000).toISOString()
      const receipt = { storeId: STORE, receiptNumber: `r-${index}`, purchasedAt }
      const body = { ...receipt, memberId: members[caller], amount: { amount: 10_000, currency: 'GBP' } }
      await sent(port, { path: '/v1/points/purchases', body, headers })
    },
    async balance(caller) {
      await sent(port, { path: `/v1/points/accounts/${members[caller]}`, headers })
    },
  }
}

const Answer = z.object({ id: z.string().optional(), access_token: z.string().optional() })

type Call = { readonly path: string; readonly body?: object; readonly headers?: Readonly<Record<string, string>> }

/** @throws for whatever was not accepted, because a refusal is quicker than work */
async function sent(port: number, call: Call): Promise<z.infer<typeof Answer>> {
  const { status, body } = await requestJson({ port, method: call.body === undefined ? 'GET' : 'POST', ...call })
  if (status >= 300) throw new Error(`${call.path} was answered ${status}: ${JSON.stringify(body)}`)
  return Answer.parse(body)
}
