/** A handler as its callers reach it: as events of the gateway, and over HTTP on the loopback interface. */
import { once } from 'node:events'
import { Agent, createServer, request } from 'node:http'
import type { LambdaContext } from 'hono/aws-lambda'
import type { createApi } from '../functions/platform/http.ts'
import { gatewayEvent } from '../test/support/gateway-event.ts'
import { receiptOf, type Shop, TILL } from './shop.ts'

type Handler = ReturnType<typeof createApi>

export type Loopback = {
  readonly send: (body: unknown) => Promise<unknown>
  readonly close: () => Promise<void>
}

/** What Lambda hands over besides the event; nothing in the functions reads more than the request id. */
export const LAMBDA: LambdaContext = {
  awsRequestId: 'bench',
  callbackWaitsForEmptyEventLoop: false,
  functionName: 'bench',
  functionVersion: '$LATEST',
  invokedFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:bench',
  memoryLimitInMB: '512',
  logGroupName: 'bench',
  logStreamName: 'bench',
  getRemainingTimeInMillis: () => 10_000,
}

const PATH = '/v1/points/purchases'

function purchaseEvent(body: unknown) {
  return gatewayEvent({ caller: { role: 'pos', id: TILL.id }, method: 'POST', path: PATH, options: { body } })
}

export function eventOf(shop: Shop, memberId: string) {
  return purchaseEvent(receiptOf(shop, memberId))
}

type GatewayAnswer = {
  readonly statusCode: number
  readonly headers: Record<string, string>
  readonly body: string
}

/** The adapter answers every event of the gateway in this shape; checking it would be measured with it. */
function gatewayAnswer(answer: unknown): GatewayAnswer {
  return answer as GatewayAnswer
}

/** @throws where a receipt was not awarded, because a refusal costs less and would look like speed */
export function accepted(answer: unknown): void {
  const { statusCode, body } = gatewayAnswer(answer)
  if (statusCode !== 201) throw new Error(`not awarded: ${statusCode} ${body}`)
}

/** One connection that stays open, as a till keeps it. */
export async function loopback(handler: Handler): Promise<Loopback> {
  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = []
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
    incoming.once('end', async () => {
      const event = purchaseEvent(JSON.parse(Buffer.concat(chunks).toString()))
      const { statusCode, headers, body } = gatewayAnswer(await handler(event, LAMBDA))
      outgoing.writeHead(statusCode, headers).end(body)
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  return {
    send: (body) => post({ port, agent }, JSON.stringify(body)),
    async close() {
      agent.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

function post(to: { readonly port: number; readonly agent: Agent }, text: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }
    const call = request({ ...to, host: '127.0.0.1', method: 'POST', path: PATH, headers }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.once('end', () => resolve({ statusCode: response.statusCode, body: Buffer.concat(chunks).toString() }))
    })
    call.once('error', reject)
    call.end(text)
  })
}
