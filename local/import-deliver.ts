/**
 * Sends a shop's rows to the API, many at a time, and counts what became of each. Every request is once-only for
 * ever, so sending everything again changes nothing: that is how an import is resumed. There is deliberately no
 * progress file: it would have to be believed against a server that may since have been emptied or restored,
 * while replaying a row costs one request and proves that it is there.
 */
import { createHash } from 'node:crypto'
import { type Answer, type ApiClient, ImportStopped } from './import-client.ts'
import type { HistoryRow, ReceiptRow, RefundRow, RefusedRow } from './import-rows.ts'

export type DeliveryOptions = {
  readonly client: ApiClient
  readonly storeId: string
  readonly currency: string
  readonly rows: readonly HistoryRow[]
  readonly concurrency: number
  /** One row of a member at a time, in the order given; switched off only to provoke races. */
  readonly keepMemberOrder: boolean
  readonly stop?: AbortSignal
  readonly onDone?: (done: number) => void
}
export type DeliveryOutcome = {
  readonly members: { enrolled: number; known: number; refused: number }
  readonly receipts: { awarded: number; replayed: number; refused: number }
  readonly refunds: { reversed: number; waiting: number; replayed: number; refused: number }
  readonly refused: RefusedRow[]
  readonly memberIds: Map<string, string>
  done: number
  /** Why not all rows were sent; absent when they were. */
  stoppedBecause?: string
}

/** The answer concerns the row and not the caller, so that the next row may fare better. */
type Refusal = { readonly code: string; readonly reason: string }
type Enrolment = { readonly memberId: string } | Refusal

const REASON_MAX = 500
/** These make every further row fail alike. */
const HOPELESS = ['forbidden', 'store_out_of_scope', 'store_not_found', 'currency_mismatch', 'program_missing']

/** Never throws for what the server answers: the outcome says what went in, what was refused and why it stopped. */
export async function deliver(options: DeliveryOptions): Promise<DeliveryOutcome> {
  const outcome: DeliveryOutcome = {
    members: { enrolled: 0, known: 0, refused: 0 },
    receipts: { awarded: 0, replayed: 0, refused: 0 },
    refunds: { reversed: 0, waiting: 0, replayed: 0, refused: 0 },
    refused: [],
    memberIds: new Map(),
    done: 0,
  }
  const failed = new AbortController()
  const stop = options.stop === undefined ? failed.signal : AbortSignal.any([options.stop, failed.signal])
  const shared: Shared = { ...options, stop, outcome, enrolments: new Map(), tails: new Map() }
  const queue = options.rows.values()
  const worker = async () => {
    try {
      for (const row of queue) {
        if (stop.aborted) break
        await inTurn(shared, row)
      }
    } catch (error) {
      failed.abort()
      if (!(error instanceof ImportStopped)) throw error
      outcome.stoppedBecause ??= options.stop?.aborted === true ? 'you stopped it' : error.message
    }
  }
  const settled = await Promise.allSettled(Array.from({ length: options.concurrency }, worker))
  for (const result of settled) if (result.status === 'rejected') throw result.reason
  if (options.stop?.aborted === true) outcome.stoppedBecause ??= 'you stopped it'
  return outcome
}

type Shared = DeliveryOptions & {
  readonly stop: AbortSignal
  readonly outcome: DeliveryOutcome
  readonly enrolments: Map<string, Promise<Enrolment>>
  readonly tails: Map<string, Promise<void>>
}

async function inTurn(shared: Shared, row: HistoryRow): Promise<void> {
  const { outcome, keepMemberOrder, tails, stop, onDone } = shared
  const before = keepMemberOrder ? tails.get(row.memberNo) : undefined
  const send = async () => {
    if (stop.aborted) return
    await sendRow(shared, row)
    outcome.done += 1
    onDone?.(outcome.done)
  }
  const turn = before === undefined ? send() : before.then(send, send)
  if (keepMemberOrder) tails.set(row.memberNo, turn)
  await turn
}

async function sendRow(shared: Shared, row: HistoryRow): Promise<void> {
  const enrolment = shared.enrolments.get(row.memberNo) ?? enrol(shared, row.memberNo)
  shared.enrolments.set(row.memberNo, enrolment)
  const member = await enrolment
  if ('code' in member) return refuse(shared.outcome, row, member)
  return row.kind === 'receipt' ? sendReceipt(shared, row, member.memberId) : sendRefund(shared, row)
}

async function enrol({ client, storeId, stop, outcome }: Shared, memberNo: string): Promise<Enrolment> {
  const body = { externalId: memberNo, storeId }
  const digest = createHash('sha256').update(JSON.stringify(body)).digest('base64url')
  const answer = await client.send(
    { method: 'POST', path: '/v1/members', body, idempotencyKey: `import-${digest}` },
    stop,
  )
  const memberId = answer.status === 409 ? memberIdOf(answer.body) : answer.body.id
  if (typeof memberId === 'string') {
    outcome.members[answer.status === 201 && !answer.replayed ? 'enrolled' : 'known'] += 1
    outcome.memberIds.set(memberNo, memberId)
    return { memberId }
  }
  const refusal = refusalOf(answer)
  outcome.members.refused += 1
  return refusal
}

/** A contact in use names its member to staff, beside the code or among the values of the message. */
function memberIdOf(problem: Record<string, unknown>): unknown {
  const { memberId, params } = problem
  if (memberId !== undefined || typeof params !== 'object' || params === null) return memberId
  return 'memberId' in params ? params.memberId : undefined
}

async function sendReceipt({ client, storeId, currency, stop, outcome }: Shared, row: ReceiptRow, memberId: string) {
  const amount = { amount: row.pence, currency }
  const body = { memberId, storeId, receiptNumber: row.receiptNo, amount, purchasedAt: row.at }
  const answer = await client.send({ method: 'POST', path: '/v1/points/purchases', body }, stop)
  if (!isSuccess(answer)) return refuse(outcome, row, refusalOf(answer))
  outcome.receipts[answer.replayed ? 'replayed' : 'awarded'] += 1
}

async function sendRefund({ client, storeId, currency, stop, outcome }: Shared, row: RefundRow) {
  const amount = { amount: row.pence, currency }
  const numbers = { storeId, receiptNumber: row.receiptNo, refundNumber: row.refundNo }
  const body = { ...numbers, amount, refundedAt: row.at }
  const answer = await client.send({ method: 'POST', path: '/v1/points/refunds', body }, stop)
  if (!isSuccess(answer)) return refuse(outcome, row, refusalOf(answer))
  outcome.refunds[answer.replayed ? 'replayed' : answer.status === 202 ? 'waiting' : 'reversed'] += 1
}

function isSuccess({ status }: Answer): boolean {
  return status >= 200 && status < 300
}

/** @throws ImportStopped when the caller or the store is what is refused. */
function refusalOf({ status, body }: Answer): Refusal {
  const code = typeof body.code === 'string' ? body.code : `http_${status}`
  const said = body.detail ?? body.title ?? body.message ?? `answer ${status}`
  const fields = Array.isArray(body.errors) ? body.errors.map(fieldOf).join(' ') : ''
  const reason = `${said} ${fields}`.trim().slice(0, REASON_MAX)
  const fromGateway = body.code === undefined && [401, 403, 404].includes(status)
  if (fromGateway || HOPELESS.includes(code)) {
    throw new ImportStopped(`the server refuses this caller (${code}: ${reason})`)
  }
  return { code, reason }
}

/** `/amount/amount out_of_range`: where in the request, and why. */
function fieldOf(error: { readonly pointer?: unknown; readonly code?: unknown }): string {
  return `${error.pointer ?? ''} ${error.code ?? ''}`.trim()
}

function refuse(outcome: DeliveryOutcome, row: HistoryRow, refusal: Refusal): void {
  outcome[row.kind === 'receipt' ? 'receipts' : 'refunds'].refused += 1
  outcome.refused.push({ file: row.file, line: row.line, ...refusal })
}
