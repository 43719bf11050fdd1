/**
 * What happens beside a flow in a browser: members, receipts and rewards by the public API, the clock of the run, and the
 * ledger as it stands, which is what a page's promises are measured by.
 */
import { randomUUID } from 'node:crypto'
import * as z from 'zod'

type Who =
  | 'cashier'
  | 'manager'
  | 'marketer'
  | 'admin'
  /** A member's own token. */
  | { readonly member: string }

type Request = {
  readonly who: Who
  readonly method?: 'GET' | 'POST' | 'PUT'
  readonly path: string
  readonly body?: unknown
  readonly ifMatch?: string
}

export type Shop = ReturnType<typeof shopAt>
export type Enrolled = z.infer<typeof Member>

const Token = z.object({ access_token: z.string() })
const Member = z.object({ id: z.string(), cardNumber: z.string() })
const Matches = z.object({ items: z.array(Member) })
const Made = z.object({ id: z.string(), version: z.int() })
const Code = z.object({ code: z.string() })
const Account = z.object({ balances: z.object({ available: z.int(), reserved: z.int(), debt: z.int() }) })
const Entries = z.object({
  items: z.array(
    z.object({
      type: z.string(),
      points: z.int(),
      recordedAt: z.string(),
      receipt: z.object({ receiptNumber: z.string() }).optional(),
    }),
  ),
})

const CURRENCY = 'GBP'

export function shopAt(origin: string) {
  const ask = (request: Request) => asked(origin, request)
  return {
    ask,
    ...booksOf(ask),
    async enrol(person: { readonly name: string; readonly email?: string }): Promise<Enrolled> {
      return Member.parse(
        await ask({ who: 'manager', path: '/members', body: { externalId: newReceipt('X'), ...person } }),
      )
    },
    /** A number belongs to one member, who is found again in a run that is kept. */
    async memberWithPhone(person: { readonly name: string; readonly phone: string }): Promise<Enrolled> {
      const search = { who: 'manager', path: '/members/lookup', body: { phone: person.phone } } as const
      const [found] = Matches.parse(await ask(search)).items
      return found ?? Member.parse(await ask({ who: 'manager', path: '/members', body: person }))
    },
    /** @returns the receipt's number. */
    async award(cardNumber: string, minor: number, receiptNumber = newReceipt()): Promise<string> {
      const amount = { amount: minor, currency: CURRENCY }
      const purchasedAt = await timeOf(origin)
      const body = { cardNumber, storeId: 'central', receiptNumber, amount, purchasedAt }
      await ask({ who: 'manager', path: '/points/purchases', body })
      return receiptNumber
    },
    /** A marketer drafts it, an admin publishes it. */
    async offer(content: Readonly<Record<string, unknown>>): Promise<string> {
      const { id, version } = Made.parse(await ask({ who: 'marketer', path: '/rewards', body: content }))
      const body = { ...content, state: 'active' }
      await ask({ who: 'admin', method: 'PUT', path: `/rewards/${id}`, body, ifMatch: `"${version}"` })
      return id
    },
    redeem: (rewardId: string, memberId: string) =>
      ask({ who: 'manager', path: `/rewards/${rewardId}/redemptions`, body: { memberId, storeId: 'central' } }),
    spend: (memberId: string, points: number) =>
      ask({ who: 'manager', path: '/points/redemptions', body: { memberId, points, storeId: 'central' } }),
    /** What the member's phone shows now. */
    codeOf: async (memberId: string) =>
      Code.parse(await ask({ who: { member: memberId }, method: 'GET', path: '/me/code' })).code,
    /** Answers when all that fell due meanwhile is done. */
    advance: (duration: string) => control(origin, 'clock', { advance: duration }),
  }
}

/** The ledger of a member, by which pages are measured. */
function booksOf(ask: (request: Request) => Promise<unknown>) {
  const linesOf = async (memberId: string) => {
    const path = `/points/accounts/${memberId}/entries?limit=100`
    return Entries.parse(await ask({ who: 'manager', method: 'GET', path })).items
  }
  return {
    balances: async (memberId: string) =>
      Account.parse(await ask({ who: 'manager', method: 'GET', path: `/points/accounts/${memberId}` })).balances,
    /** Receipts that gave this member points, sorted, each as often as it stands in the ledger. */
    async receiptsOf(memberId: string): Promise<string[]> {
      const lines = await linesOf(memberId)
      return lines
        .filter(({ type }) => type === 'EARN')
        .map(({ receipt }) => receipt?.receiptNumber ?? '')
        .toSorted()
    },
    /** Every line of the account, oldest first: `EARN 42`, `REVERSE -42`. */
    ledgerOf: async (memberId: string): Promise<string[]> =>
      (await linesOf(memberId)).map(({ type, points }) => `${type} ${points}`).reverse(),
    /** When the newest award was recorded. */
    async lastAwardOf(memberId: string): Promise<number> {
      const lines = await linesOf(memberId)
      return Date.parse(lines.find(({ type }) => type === 'EARN')?.recordedAt ?? '')
    },
  }
}

let made = 0

/** Nobody has used it, also in a run that is kept. */
export function newReceipt(letter = 'R'): string {
  made += 1
  return `${letter}${process.pid}-${Date.now()}-${made}`
}

/** @throws for everything but success, with what was answered. */
async function asked(origin: string, { who, method = 'POST', path, body, ifMatch }: Request): Promise<unknown> {
  const wanted = typeof who === 'string' ? { role: who } : who
  const { access_token } = Token.parse(await control(origin, 'token', wanted))
  const answer = await fetch(`${origin}/v1${path}`, {
    method,
    headers: {
      authorization: `Bearer ${access_token}`,
      ...(method !== 'GET' && { 'content-type': 'application/json', 'idempotency-key': randomUUID() }),
      ...(ifMatch !== undefined && { 'if-match': ifMatch }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${method} ${path} gave ${answer.status} ${text}`)
  return JSON.parse(text)
}

async function control(origin: string, name: string, wanted: unknown): Promise<unknown> {
  const answer = await fetch(`${origin}/local/${name}`, { method: 'POST', body: JSON.stringify(wanted) })
  if (!answer.ok) throw new Error(`/local/${name} gave ${answer.status} ${await answer.text()}`)
  return answer.json()
}

async function timeOf(origin: string): Promise<string> {
  const answer = await fetch(`${origin}/local/clock`)
  return z.object({ now: z.string() }).parse(await answer.json()).now
}
