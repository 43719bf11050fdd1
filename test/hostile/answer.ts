/** What every answer must be, whatever was asked: a problem that keeps its form, and nothing that is not the caller's to know. */
import { isCode, STATUS } from '../../functions/platform/problem.ts'
import type { Reply } from '../support/api.ts'
import type { Shop } from './shop.ts'

const MEMBERS_OF_A_PROBLEM = new Set([
  ...['type', 'title', 'status', 'detail', 'instance', 'code', 'retryable'],
  ...['errors', 'reasons', 'params', 'prior', 'memberId', 'approvalId'],
])

const SECURITY_HEADERS: readonly (readonly [name: string, value: RegExp])[] = [
  ['strict-transport-security', /^max-age=63072000/],
  ['x-content-type-options', /^nosniff$/],
  ['content-security-policy', /^default-src 'none'; frame-ancestors 'none'$/],
  ['referrer-policy', /^no-referrer$/],
  ['cache-control', /^no-store$/],
]

/** A stack, a file, an ARN, or the words of a library. */
const INSIDES: readonly RegExp[] = [
  /\bat .{1,200}:\d+:\d+/,
  /node_modules|node:internal|file:\/\/|\.m?ts\b|\.mjs\b/,
  /arn:aws|amazonaws|dynamodb|ConditionExpression|TransactionCancel|ZodError|TypeError|SyntaxError|RangeError/i,
]
/** Keys of rows; a proof shows those of its entries. */
const KEYS = /"(pk|sk|rv|fp)":|\b[A-Z]+#[A-Za-z0-9_-]/

/** @returns what is wrong with the answer, in words; empty when nothing is. */
export function faultsOf(reply: Reply, shop: Pick<Shop, 'api' | 'stranger'>): string[] {
  const text = typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body)
  const insides = reply.status < 400 ? INSIDES : [...INSIDES, KEYS]
  const leaks = insides.filter((pattern) => pattern.test(text)).map((pattern) => `shows ${pattern}`)
  const tables = Object.values(shop.api.tables.names).filter((name) => text.includes(name))
  const { name, phone, email, cardNumber, referralCode } = shop.stranger
  const foreign = [name, phone, email, cardNumber, referralCode].filter((value) => text.includes(value))
  const headers = SECURITY_HEADERS.filter(([name, value]) => !value.test(reply.headers[name] ?? ''))
  return [
    ...leaks,
    ...tables.map((table) => `names the table ${table}`),
    ...foreign.map((value) => `shows ${value} of somebody else`),
    ...headers.map(([header]) => `lacks the header ${header}`),
    ...(reply.status >= 500 ? [`answers ${reply.status}`] : []),
    ...(reply.status >= 400 ? problemFaults(reply) : []),
  ]
}

function problemFaults({ status, headers, body }: Reply): string[] {
  if (typeof body !== 'object' || body === null) return [`answers ${status} without a problem: ${String(body)}`]
  const code = String(body.code)
  const checks: readonly (readonly [isRight: boolean, fault: string])[] = [
    [/^application\/problem\+json/.test(headers['content-type'] ?? ''), 'content type'],
    [isCode(code) && STATUS[code] === body.status, `code ${code} with status ${body.status}`],
    [body.status === status, `status ${body.status} in an answer of ${status}`],
    [URL.canParse(body.type) && new URL(body.type).pathname === `/v1/problems/${code}`, `type ${body.type}`],
    [isText(body.title) && isText(body.detail) && isText(body.instance), 'title, detail or instance'],
    [body.retryable === (status === 429 || status === 503), `retryable ${body.retryable}`],
    [Object.keys(body).every((member) => MEMBERS_OF_A_PROBLEM.has(member)), `members ${Object.keys(body)}`],
    [body.errors === undefined || areErrors(body.errors), `errors ${JSON.stringify(body.errors)}`],
  ]
  return checks.filter(([isRight]) => !isRight).map(([, fault]) => `problem with wrong ${fault}`)
}

function areErrors(errors: unknown): boolean {
  return (
    Array.isArray(errors) &&
    errors.length > 0 &&
    errors.every(({ pointer, code, detail }) => /^(\/.*)?$/s.test(pointer) && isCode(code) && isText(detail))
  )
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== ''
}
