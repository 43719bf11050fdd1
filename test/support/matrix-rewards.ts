/** The rows of rewards in the table of rights: the catalogue, what is taken of it, and a member's own. */
import type { Role } from '../../functions/platform/auth.ts'
import { accepted, enrolled, type Shop } from '../hostile/shop.ts'
import type { MatrixRow, Sent } from './matrix.ts'

const DESK: readonly Role[] = ['cashier', 'manager', 'admin', 'pos']
const EDITORS: readonly Role[] = ['manager', 'marketer', 'admin']
const READERS: readonly Role[] = ['cashier', 'manager', 'marketer', 'admin', 'auditor', 'pos']
const MANAGERS: readonly Role[] = ['manager', 'admin']
const MEMBER: readonly Role[] = ['member']

/** Uses every field that goes with the others. */
export function fullReward(shop: Shop) {
  const texts = { en: `A mug ${shop.next()}`, 'zh-Hant': '馬克杯', 'zh-Hans': '马克杯' }
  return {
    ...{ name: texts, terms: texts, kind: 'voucher', points: 10, valueMinor: 500, fulfilment: 'instant' },
    window: { from: '2026-11-01', until: '2099-12-31' },
    ...{ stock: 1_000, stores: ['central'], limit: { count: 1_000, per: 'lifetime' }, voucherValidity: 'P90D' },
  }
}

/** @returns the id of a reward that can be had */
export async function publishedReward(shop: Shop, fields: object = {}): Promise<string> {
  const reward = { ...fullReward(shop), ...fields }
  const { body, headers } = await shop.admin.post('/v1/rewards', reward)
  const ifMatch = String(headers.etag)
  accepted(await shop.admin.put(`/v1/rewards/${body.id}`, { ...reward, state: 'active' }, { ifMatch }))
  return body.id
}

const FETCHED = { kind: 'goods', fulfilment: 'pickup', valueMinor: undefined, voucherValidity: undefined }

async function voucher(shop: Shop): Promise<{ readonly code: string; readonly id: string }> {
  const path = `/v1/rewards/${await publishedReward(shop)}/redemptions`
  const taken = { memberId: await enrolled(shop), storeId: 'central' }
  return accepted(await shop.admin.post(path, taken, { key: shop.next() })).voucher
}

async function heldBy(shop: Shop, memberId: string): Promise<string> {
  const path = `/v1/rewards/${await publishedReward(shop, FETCHED)}/redemptions`
  const taken = { memberId, storeId: 'central' }
  return accepted(await shop.admin.post(path, taken, { key: shop.next() })).reservation.id
}

async function captured(shop: Shop): Promise<string> {
  const id = await heldBy(shop, await enrolled(shop))
  accepted(await shop.admin.post(`/v1/points/reservations/${id}/capture`, {}, { key: shop.next() }))
  return id
}

type Make = (shop: Shop) => Promise<string> | string
const at =
  (make: Make) =>
  async (shop: Shop): Promise<Sent> => ({ path: `/v1${await make(shop)}`, options: {} })
const keyed =
  (make: Make, body: (shop: Shop) => unknown = () => ({})) =>
  async (shop: Shop): Promise<Sent> => {
    const path = `/v1${await make(shop)}`
    return { path, options: { body: await body(shop), key: shop.next() } }
  }

const draftChange = async (shop: Shop): Promise<Sent> => {
  const reward = fullReward(shop)
  const { body, headers } = await shop.admin.post('/v1/rewards', reward)
  const options = { body: { ...reward, state: 'draft' }, ifMatch: String(headers.etag) }
  return { path: `/v1/rewards/${body.id}`, options }
}

/** Fewer than a member may have open: the shop's own member, who has plenty. */
const ownHeld = async (shop: Shop): Promise<string> => {
  const own = shop.api.as('member', { memberId: shop.member.id })
  const { items } = accepted(await own.get('/v1/me/reservations?limit=100'))
  const open = items.filter(({ state }: { state: string }) => state === 'reserved')
  for (const { id } of open) accepted(await own.delete(`/v1/me/reservations/${id}`))
  return heldBy(shop, shop.member.id)
}

const named = (of: string) => async (shop: Shop) => `/rewards/redemptions/${await captured(shop)}${of}`
const coded = (of: string) => async (shop: Shop) => `/rewards/vouchers/${(await voucher(shop)).code}${of}`
const atStore = () => ({ storeId: 'central' })

function row(
  route: string,
  rights: Pick<MatrixRow, 'action' | 'may'> & Partial<MatrixRow>,
  request: MatrixRow['request'],
): MatrixRow {
  const [method = '', path = ''] = route.split(' ')
  return { status: method === 'POST' ? 201 : 200, ...rights, method: method as MatrixRow['method'], path, request }
}

const READ = { action: 'rewards: read', may: READERS }
const DRAFT = { action: 'rewards: draft', may: EDITORS }
const TAKE = { action: 'reserve, capture, void', may: DESK }
const BACK = { action: 'return a captured reward', may: MANAGERS, isKeyed: true } as const
const OWN = { action: 'own rewards', may: MEMBER }

export const REWARD_ROWS: readonly MatrixRow[] = [
  row(
    'GET /rewards',
    READ,
    at(() => '/rewards'),
  ),
  row('POST /rewards', DRAFT, async (shop) => ({ path: '/v1/rewards', options: { body: fullReward(shop) } })),
  row(
    'GET /rewards/:rewardId',
    READ,
    at(async (shop) => `/rewards/${await publishedReward(shop)}`),
  ),
  row('PUT /rewards/:rewardId', DRAFT, draftChange),
  row(
    'POST /rewards/:rewardId/redemptions',
    { ...TAKE, hasStore: true, isKeyed: true },
    keyed(
      async (shop) => `/rewards/${await publishedReward(shop)}/redemptions`,
      async (shop) => ({ memberId: await enrolled(shop), storeId: 'central' }),
    ),
  ),
  row(
    'GET /rewards/redemptions',
    TAKE,
    at(({ member }) => `/rewards/redemptions?memberId=${member.id}`),
  ),
  row('GET /rewards/redemptions/:redemptionId', TAKE, at(named(''))),
  row(
    'POST /rewards/redemptions/:redemptionId/fulfilment',
    { ...TAKE, status: 200 },
    keyed(named('/fulfilment'), () => ({ state: 'ready' })),
  ),
  row('POST /rewards/redemptions/:redemptionId/return', BACK, keyed(named('/return'))),
  row('GET /rewards/vouchers/:code', TAKE, at(coded(''))),
  row(
    'POST /rewards/vouchers/:code/consume',
    { ...TAKE, status: 200, hasStore: true, isKeyed: true },
    keyed(coded('/consume'), atStore),
  ),
  row('POST /rewards/vouchers/:code/void', BACK, keyed(coded('/void'))),
  row(
    'GET /me/rewards',
    OWN,
    at(() => '/me/rewards'),
  ),
  row(
    'POST /me/redemptions',
    { ...OWN, isKeyed: true },
    keyed(
      () => '/me/redemptions',
      async (shop) => ({ rewardId: await publishedReward(shop), storeId: 'central' }),
    ),
  ),
  row(
    'GET /me/reservations',
    OWN,
    at(() => '/me/reservations'),
  ),
  row(
    'GET /me/reservations/:reservationId',
    OWN,
    at(async (shop) => `/me/reservations/${await ownHeld(shop)}`),
  ),
  row(
    'DELETE /me/reservations/:reservationId',
    OWN,
    at(async (shop) => `/me/reservations/${await ownHeld(shop)}`),
  ),
  row(
    'GET /me/vouchers',
    OWN,
    at(() => '/me/vouchers'),
  ),
]
