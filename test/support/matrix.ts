/**
 * Who may do what, as the product's two tables of rights say, with one valid request of every route. Tests generated
 * from it compare it with the routes that exist, so that neither a route nor a row can stand alone.
 */
import type { Role } from '../../functions/platform/auth.ts'
import { enrolled, etagOf, fullReceipt, fullRefund, newcomer, payment, reserved, type Shop } from '../hostile/shop.ts'
import type { Client } from './api.ts'
import type { Method, RequestOptions } from './gateway-event.ts'
import { REWARD_ROWS } from './matrix-rewards.ts'

export type Sent = { readonly path: string; readonly options: RequestOptions }

export type MatrixRow = {
  /** The action in the tables of rights. */
  readonly action: string
  readonly method: Method
  /** As the router lists it. */
  readonly path: string
  readonly may: readonly Role[] | 'anyone'
  /** What a valid request is answered. */
  readonly status: number
  /** Roles that may call the route but are shown nothing of this member. */
  readonly sees404?: readonly Role[]
  /** The body names the store that the caller acts for. */
  readonly hasStore?: true
  /** Refused without an Idempotency-Key. */
  readonly isKeyed?: true
  /** `by` sends it, where that matters: an approval is used by who asked for it. An admin unless told otherwise. */
  readonly request: (shop: Shop, by?: Client) => Sent | Promise<Sent>
}

const DESK: readonly Role[] = ['cashier', 'manager', 'admin', 'pos']
const SEEKERS: readonly Role[] = ['cashier', 'manager', 'caller', 'admin', 'pos']
const PROGRAM_READERS: readonly Role[] = ['cashier', 'manager', 'marketer', 'admin', 'auditor', 'pos']
/** Callers find members, but own none yet. */
const OWNERS_ONLY = { sees404: ['caller'] } as const
const AT_STORE = { hasStore: true } as const
const KEYED = { isKeyed: true } as const

type Request = MatrixRow['request']
type More = Partial<Pick<MatrixRow, 'status' | 'sees404' | 'hasStore' | 'isKeyed'>>

/** @param route `GET /me`, as the router lists it. */
function row(
  route: string,
  rights: { readonly action: string; readonly may: MatrixRow['may'] } & More,
  request: Request,
): MatrixRow {
  const [method, path = ''] = route.split(' ')
  return { status: method === 'POST' ? 201 : 200, ...rights, method: method as Method, path, request }
}

/** A request that names nothing but its path, with the member's id where the path wants one. */
const at =
  (path: string): Request =>
  ({ member }) => ({ path: `/v1${path.replace(':id', member.id)}`, options: {} })
const body = (path: string, make: (shop: Shop) => unknown): Request => {
  return async (shop) => ({ path: `/v1${path}`, options: { body: await make(shop) } })
}
const keyed = (path: string | ((shop: Shop) => Promise<string>), make: (shop: Shop) => unknown): Request => {
  return async (shop) => {
    const options = { body: await make(shop), key: shop.next() }
    return { path: `/v1${typeof path === 'string' ? path : await path(shop)}`, options }
  }
}

const WEEK = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']
const OPEN = Object.fromEntries(WEEK.map((day) => [day, ['09:00', '17:00']]))
const CAPACITY = Object.fromEntries(WEEK.map((day) => [day, 5]))

const READ_PROGRAM = { action: 'program: read', may: PROGRAM_READERS }

const publication: Request = async ({ admin }) => {
  const { body: found, headers } = await admin.get('/v1/program')
  const { effectiveFrom: _, ...document } = found.document
  const calendar = { hours: OPEN, holidays: ['2026-12-25'] }
  return { path: '/v1/program', options: { body: { ...document, calendar }, ifMatch: String(headers.etag) } }
}

const storeChange: Request = async ({ admin }) => {
  const { items } = (await admin.get('/v1/program/stores?limit=100')).body
  const { version } = items.find((store: { id: string }) => store.id === 'central')
  const store = { name: 'Central', receiptSeries: 'never', openingHours: OPEN, revisitCapacity: CAPACITY }
  return { path: '/v1/program/stores/central', options: { body: store, ifMatch: `"${version}"` } }
}

/** Somebody new each time, because a person is on the staff once. */
const newHand = (shop: Shop) => {
  const email = `hand-${shop.next()}@staff.example`
  return { name: 'May Reed', email, roles: ['cashier'], stores: ['central'], household: [shop.member.id] }
}

const staffChange: Request = async (shop) => {
  const { body: hand, headers } = await shop.admin.post('/v1/program/staff', newHand(shop), { key: shop.next() })
  const { email: _, ...changes } = newHand(shop)
  const options = { body: { ...changes, disabled: true }, ifMatch: String(headers.etag) }
  return { path: `/v1/program/staff/${hand.id}`, options }
}

const WITHDRAWAL = { consents: { marketing: { email: false } } }

const profileChange: Request = async ({ admin, member }) => {
  const path = `/v1/members/${member.id}`
  return { path, options: { body: WITHDRAWAL, ifMatch: await etagOf(admin, path) } }
}

const ownChange: Request = async ({ api, member }) => {
  const ifMatch = await etagOf(api.as('member', { memberId: member.id }), '/v1/me')
  const changes = { name: 'Ann Ash', birthday: { month: 2, day: 29 }, locale: 'en', ...WITHDRAWAL }
  return { path: '/v1/me', options: { body: changes, ifMatch } }
}

function adjustment({ member }: Shop) {
  const words = { reason: 'goodwill', note: 'Sorry', internalNote: 'Late delivery' }
  return { memberId: member.id, points: 5, ...words, expiresOn: '2027-11-23', allowDebt: false }
}

function paymentQuote(shop: Shop) {
  const { points: _, ...quote } = payment(shop)
  return quote
}

const reservationAt = (end: string) => async (shop: Shop) => `/points/reservations/${await reserved(shop)}/${end}`
const captureOf = (shop: Shop) => ({ points: 4, receiptNumber: shop.next() })
const redemption = (shop: Shop) => ({ ...payment(shop), orderNumber: shop.next() })
const reservation = async (shop: Shop) => ({
  ...payment(shop),
  memberId: await enrolled(shop),
  expiresInSeconds: 600,
})
const byPhone = ({ member }: Shop) => ({ phone: member.phone })

/** A member of their own for each request, because it ends what can be done with one. */
const standing = (deed: string): Request => {
  return async (shop) => {
    const path = `/v1/members/${await enrolled(shop, 0)}`
    if (deed === 'unfreeze') await shop.admin.post(`${path}/freeze`, { reason: 'Lost phone' })
    return { path: `${path}/${deed}`, options: { body: { reason: 'Found phone' } } }
  }
}

/** Asked for by whoever sends it and approved by somebody else. */
const merger: Request = async (shop, by = shop.admin) => {
  const [path, into] = [`/v1/members/${await enrolled(shop, 0)}/merge`, await enrolled(shop, 0)]
  const { approvalId } = (await by.post(path, { into })).body
  await approver(shop).post(`/v1/program/approvals/${approvalId}/decision`, {
    decision: 'approve',
    reason: 'One person',
  })
  return { path, options: { body: { into, approvalId } } }
}

const decision: Request = async (shop) => {
  const body = { ...adjustment(shop), points: 100_001, note: shop.next() }
  const { approvalId } = (
    await shop.api.as('manager', { id: 'asker' }).post('/v1/points/adjustments', body, { key: shop.next() })
  ).body
  const path = `/v1/program/approvals/${approvalId}/decision`
  return { path, options: { body: { decision: 'approve', reason: 'Fair' } } }
}

const transfer: Request = async (shop) => {
  const options = { body: { to: await enrolled(shop, 0), points: 10 }, key: shop.next() }
  return { path: '/v1/me/transfers', options }
}

/** A receipt that whoever mends it has awarded: a cashier may touch no other. */
const mistaken = (deed: 'undo' | 'correct' | 'reassign'): Request => {
  return async (shop, by = shop.admin) => {
    const { receiptNumber, ...receipt } = fullReceipt(shop)
    await by.post('/v1/points/purchases', { ...receipt, receiptNumber })
    const { lines, shipping, tips, tenders, amount } = receipt
    const slip = { amount: { ...amount, amount: 2_900 }, lines: [{ ...lines[0], amount: 2_400 }], shipping, tips }
    const body = {
      ...{ purchasedOn: '2026-11-23', reason: 'Wrong slip' },
      ...(deed === 'correct' && { ...slip, tenders: [{ ...tenders[0], amount: 2_900 }] }),
      ...(deed === 'reassign' && { memberId: await enrolled(shop, 0) }),
    }
    return { path: `/v1/points/purchases/central/${receiptNumber}/${deed}`, options: { body } }
  }
}

const joining = () => ({
  ...{ name: 'Ann Ash', birthday: { month: 2, day: 29 }, locale: 'en', referralCode: '00000000' },
  ...{ consents: { marketing: { email: true } }, minAgeConfirmed: true },
})

/** The address is the member's already, so the change changes nothing and may be asked for again and again. */
const contactChange: Request = async (shop) => {
  const { ticket } = (await asMember(shop).post('/v1/me/contacts/tickets')).body
  return { path: '/v1/me/contacts', options: { body: { ticket } } }
}

const MEND = { action: 'undo, correct or reassign an award', may: ['cashier', 'manager', 'admin'] } as const
const OWN = { may: ['member'] } as const satisfies Partial<MatrixRow>
const LOOK_UP = { action: 'look up', may: SEEKERS }
const BALANCE = { action: 'balance', may: SEEKERS, ...OWNERS_ONLY }

export const MATRIX: readonly MatrixRow[] = [
  row('GET /health', { action: 'health', may: 'anyone' }, at('/health')),
  row('GET /problems/:code', { action: 'problem pages', may: 'anyone' }, at('/problems/forbidden')),
  row('GET /program/terms', { action: 'terms', may: 'anyone' }, at('/program/terms')),
  row('GET /program/staff', { action: 'staff', may: ['admin', 'auditor'] }, at('/program/staff')),
  row(
    'POST /program/staff',
    { action: 'program, stores, staff, keys', may: ['admin'], ...KEYED },
    keyed('/program/staff', newHand),
  ),
  row('PATCH /program/staff/:staffId', { action: 'program, stores, staff, keys', may: ['admin'] }, staffChange),
  row('GET /program', READ_PROGRAM, at('/program')),
  row('PUT /program', { action: 'program: publish', may: ['admin'] }, publication),
  row('GET /program/versions', READ_PROGRAM, at('/program/versions')),
  row('GET /program/stores', READ_PROGRAM, at('/program/stores')),
  row('PUT /program/stores/:storeId', { action: 'stores', may: ['admin'] }, storeChange),
  row(
    'GET /program/approvals',
    { action: 'approvals: read', may: ['manager', 'admin', 'auditor'] },
    at('/program/approvals'),
  ),
  row(
    'POST /program/approvals/:approvalId/decision',
    { action: 'approve other’s', may: ['admin'], status: 200 },
    decision,
  ),

  row('POST /members', { action: 'enrol', may: DESK, ...AT_STORE, ...KEYED }, keyed('/members', newcomer)),
  row('POST /members/lookup', { ...LOOK_UP, status: 200 }, body('/members/lookup', byPhone)),
  row('GET /members/close-requests', { action: 'close', may: ['admin'] }, at('/members/close-requests')),
  row('GET /members/:id', { ...LOOK_UP, ...OWNERS_ONLY }, at('/members/:id')),
  row(
    'PATCH /members/:id',
    { action: 'contact data, consent', may: ['cashier', 'manager', 'caller', 'admin'], ...OWNERS_ONLY },
    profileChange,
  ),
  row('POST /members/:memberId/freeze', { action: 'freeze', may: ['manager', 'admin'] }, standing('freeze')),
  row('POST /members/:memberId/unfreeze', { action: 'unfreeze', may: ['admin'] }, standing('unfreeze')),
  row('POST /members/:memberId/close', { action: 'close', may: ['admin'] }, standing('close')),
  row('POST /members/:memberId/merge', { action: 'merge', may: ['manager', 'admin'] }, merger),
  row('GET /me', { action: 'own profile', ...OWN }, at('/me')),
  row('POST /me', { action: 'enrol', ...OWN, status: 200 }, body('/me', joining)),
  row('GET /me/consents', { action: 'contact data, consent', ...OWN }, at('/me/consents')),
  row(
    'POST /me/contacts/tickets',
    { action: 'contact data, consent', ...OWN },
    body('/me/contacts/tickets', () => ({})),
  ),
  row('POST /me/contacts', { action: 'contact data, consent', ...OWN, status: 200 }, contactChange),
  row(
    'POST /me/close',
    { action: 'close', ...OWN, status: 202 },
    body('/me/close', () => ({ confirm: true })),
  ),
  row(
    'POST /me/export',
    { action: 'own profile', ...OWN, status: 200 },
    body('/me/export', () => ({})),
  ),
  row('PATCH /me', { action: 'contact data, consent', ...OWN }, ownChange),

  row('POST /points/purchases', { action: 'award', may: DESK, ...AT_STORE }, body('/points/purchases', fullReceipt)),
  row(
    'POST /points/quotes',
    { action: 'quote', may: DESK, ...AT_STORE, status: 200 },
    body('/points/quotes', fullReceipt),
  ),
  row('POST /points/purchases/:storeId/:receiptNumber/undo', MEND, mistaken('undo')),
  row('POST /points/purchases/:storeId/:receiptNumber/correct', MEND, mistaken('correct')),
  row('POST /points/purchases/:storeId/:receiptNumber/reassign', MEND, mistaken('reassign')),
  row('POST /points/refunds', { action: 'refund', may: DESK, ...AT_STORE }, body('/points/refunds', fullRefund)),
  row(
    'POST /points/redemptions',
    { action: 'redeem', may: DESK, ...AT_STORE, ...KEYED },
    keyed('/points/redemptions', redemption),
  ),
  row(
    'POST /points/redemptions/quotes',
    { action: 'quote', may: DESK, ...AT_STORE, status: 200 },
    body('/points/redemptions/quotes', paymentQuote),
  ),
  row(
    'POST /points/reservations',
    { action: 'reserve', may: DESK, ...AT_STORE, ...KEYED },
    keyed('/points/reservations', reservation),
  ),
  row(
    'POST /points/reservations/:reservationId/capture',
    { action: 'capture', may: DESK, ...KEYED },
    keyed(reservationAt('capture'), captureOf),
  ),
  row(
    'POST /points/reservations/:reservationId/void',
    { action: 'void', may: DESK, ...KEYED },
    keyed(reservationAt('void'), () => ({})),
  ),
  row(
    'POST /points/adjustments',
    { action: 'adjust', may: ['manager', 'admin'], ...KEYED },
    keyed('/points/adjustments', adjustment),
  ),
  row('GET /points/accounts/:memberId', BALANCE, at('/points/accounts/:id')),
  row('GET /points/accounts/:memberId/entries', BALANCE, at('/points/accounts/:id/entries')),
  row(
    'GET /points/accounts/:memberId/proof',
    { action: 'proof', may: ['manager', 'admin', 'auditor'] },
    at('/points/accounts/:id/proof'),
  ),
  row(
    'GET /reports/shift',
    { action: 'reports', may: ['cashier', 'manager', 'admin', 'auditor'] },
    at('/reports/shift?storeId=central'),
  ),
  ...REWARD_ROWS,
  row('GET /me/code', { action: 'own profile', ...OWN }, at('/me/code')),
  row('GET /me/card', { action: 'balance', ...OWN }, at('/me/card')),
  row('POST /me/transfers', { action: 'transfer', ...OWN, ...KEYED }, transfer),
  row('GET /me/entries', { action: 'own statement', ...OWN }, at('/me/entries')),
  row('GET /me/proof', { action: 'proof', ...OWN }, at('/me/proof')),
]

function approver(shop: Shop): Client {
  return shop.api.as('admin', { id: 'approver' })
}

/** The shop's member, whose mail address is proven. */
export function asMember({ api, member }: Shop): Client {
  return api.as('member', { memberId: member.id, contact: member.email })
}

/** Somebody whom the row lets in: an admin where admins may. */
export function callerOf(shop: Shop, { may }: Pick<MatrixRow, 'may'>): Client {
  if (may === 'anyone') return shop.api.as('anyone')
  return may.includes('admin') ? shop.admin : asMember(shop)
}
