/**
 * The examples of docs/api.md as a person reads them: one section per route with who may call it, what is sent and what is
 * answered. Carried out in their order they tell one story, of one member and one day.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Role } from '../../functions/platform/auth.ts'
import type { Reply, TestApi } from '../support/api.ts'
import type { Caller, Method } from '../support/gateway-event.ts'

export type Example = {
  readonly method: Method
  /** With `{names}`, as the document writes it. */
  readonly path: string
  readonly who: readonly string[]
  readonly query: string
  readonly ifMatch?: string
  readonly request?: unknown
  readonly status: number
  readonly answer: unknown
}

export const DOCUMENT = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'api.md'), 'utf8')

/** @throws where a section lacks its roles, its answer, or has JSON that is none. */
export function readExamples(document: string): Example[] {
  return document
    .split(/^### (?=[A-Z]+ \/v1\/)/m)
    .slice(1)
    .map((section) => {
      const [heading = '', ...rest] = section.split('\n')
      const text = rest.join('\n').split(/^## /m)[0] ?? ''
      const [method = '', path = ''] = heading.split(' ')
      const request = /^Request\n+```json\n([\s\S]*?)\n```/m.exec(text)?.[1]
      const [, status, answer] = /^Answer (\d{3})\n+```json\n([\s\S]*?)\n```/m.exec(text) ?? []
      const who = /^Who: (.*)\.$/m.exec(text)?.[1]
      if (answer === undefined || who === undefined) throw new Error(`${heading} lacks its answer or who may call it`)
      const ifMatch = /^With `If-Match: (.*)`/m.exec(text)?.[1]
      return {
        method: method as Method,
        path,
        who: who.split(', '),
        query: /^With `(\?.*)`/m.exec(text)?.[1] ?? '',
        status: Number(status),
        answer: JSON.parse(answer),
        ...(ifMatch !== undefined && { ifMatch }),
        ...(request !== undefined && { request: JSON.parse(request) }),
      }
    })
}

/** What the story has named so far: ids of the document and those of this run. */
export type Story = {
  readonly api: TestApi
  readonly ids: Map<string, string>
  steps: number
  ticket?: string
  code?: string
}

/** People of the story who are not known as members by the token that they come with. */
const SIGN_INS: Readonly<Record<string, Omit<Caller, 'role'>>> = {
  'POST /v1/me': { id: 'the first sign-in', contact: 'nova@example.com' },
  'POST /v1/me/contacts': { id: 'the second sign-in', contact: 'nova.ray@example.com' },
}

const TICKET = /mem_[0-9A-Z]{26}\.\d+\.\d+\.0{43}/g

const ID = /\b(mem|ent|rsv|rwd|vch|apr)_[0-9A-Z]{26}\b/g

/** Sends the example with the ids of this run. */
export async function carryOut(story: Story, example: Example): Promise<Reply> {
  const { api, ids } = story
  story.steps += 1
  const named = (kind: string) => [...ids].findLast(([id]) => id.startsWith(kind))?.[1] ?? ''
  const path = example.path
    .replace('{memberId}', named('mem_'))
    .replace('{reservationId}', named('rsv_'))
    .replace('{approvalId}', named('apr_'))
    .replace('{storeId}', 'north')
    .replace('{receiptNumber}', '8731')
    .replace('{staffId}', 'subject-1')
    .replace('{rewardId}', named('rwd_'))
    .replace('{redemptionId}', named('rsv_'))
    .replace('{code}', example.path.includes('/vouchers/') ? (story.code ?? '') : 'insufficient_points')
  const [role = ''] = example.who
  const caller = role === 'member' ? (SIGN_INS[`${example.method} ${example.path}`] ?? { memberId: named('mem_') }) : {}
  const client = api.as((role === 'anyone' ? 'anyone' : role) as Role | 'anyone', caller)
  const body = JSON.stringify(example.request ?? null)
    .replace(TICKET, story.ticket ?? '')
    .replace(ID, (id) => ids.get(id) ?? id)
  const query = example.query.replace(ID, (id) => ids.get(id) ?? id)
  const reply = await client.send(example.method, path + query, {
    ...(example.request !== undefined && { body: JSON.parse(body) }),
    ...(example.ifMatch !== undefined && { ifMatch: example.ifMatch }),
    key: `example-${story.steps}`,
  })
  learnIds(story, example.answer, reply.body)
  story.ticket = reply.body.ticket ?? story.ticket
  story.code = reply.body.voucher?.code ?? story.code
  return reply
}

function learnIds({ ids }: Story, documented: unknown, given: unknown): void {
  const written = JSON.stringify(documented).match(ID) ?? []
  const real = JSON.stringify(given).match(ID) ?? []
  for (const [index, id] of written.entries()) if (!ids.has(id)) ids.set(id, real[index] ?? id)
}

const DRAWN = /"(cardNumber|referralCode|hash|head|instance|nextCursor|ticket|type)":"([^"]+)"/g

/** What a member shows at the till: the card number and the part that changes. */
const SHOWN_CODE = /"code":"\d{12}\.[0-9A-Z]{8}"/g

/** What a voucher is used by. */
const VOUCHER_CODE = /"code":"[0-9A-Z]{12}"/g

/** Where a piece was drawn from, by chance. */
const SHARD = /"shard":\d+/g

/** An operation whose name is made from ids. */
const OPERATION = /O#[A-Za-z0-9_-]{43}/g

/** Without what is drawn or counted anew in each run: ids, numbers, hashes, cursors, and the host of a problem's page. */
export function comparable(answer: unknown): unknown {
  const text = JSON.stringify(answer)
    .replace(ID, '$1_')
    .replace(SHOWN_CODE, '"code":"…"')
    .replace(VOUCHER_CODE, '"code":"…"')
    .replace(SHARD, '"shard":0')
    .replace(OPERATION, 'O#…')
    .replace(DRAWN, (whole, name: string, value: string) => {
      if (name === 'type') return whole.replace(/https:\/\/[^/]+/, 'https://…')
      return `"${name}":"${value.length}"`
    })
  return JSON.parse(text)
}
