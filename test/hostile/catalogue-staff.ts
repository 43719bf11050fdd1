/** Parts A and F of the catalogue that need people on the staff: who was let go, whose account it is, and codes that have ended. */
import type { Client } from '../support/api.ts'
import { MATRIX, type MatrixRow } from '../support/matrix.ts'
import type { Scene } from './catalogue.ts'
import { REDEEM, scene } from './deeds.ts'
import { accepted, type Shop } from './shop.ts'

/** What tells and prepares; everything else that is posted by people moves points, or what they are given for. */
const MOVES_NOTHING = new Set(['/members/lookup', '/points/quotes', '/points/redemptions/quotes'])
const MOVING = MATRIX.filter(
  ({ method, path, may }) => method === 'POST' && may !== 'anyone' && may.includes('admin') && !MOVES_NOTHING.has(path),
)
/** Those that name their member in the body or the path. */
const NAMING = MOVING.filter(({ path }) =>
  [
    '/points/purchases',
    '/points/redemptions',
    '/points/reservations',
    '/points/adjustments',
    '/rewards/:rewardId/redemptions',
    '/members/:memberId/freeze',
    '/members/:memberId/close',
  ].includes(path),
)
const titleOf = ({ method, path }: MatrixRow) => `${method} ${path}`

/** An admin whose record says more than their token. */
async function anAdmin(shop: Shop, changes: object): Promise<Client> {
  const hand = { name: 'May Reed', email: `may-${shop.next()}@staff.example`, roles: ['admin'], stores: '*' }
  const { id } = accepted(await shop.admin.post('/v1/program/staff', hand, { key: shop.next() }))
  accepted(await shop.admin.patch(`/v1/program/staff/${id}`, changes, { ifMatch: '"1"' }))
  return shop.api.as('admin', { id })
}

const LET_GO: readonly Scene[] = MOVING.map((row) =>
  scene(14, `${titleOf(row)} by whoever was let go`, [403, 'principal_disabled'], async (shop) => {
    const { path, options } = await row.request(shop)
    const by = await anAdmin(shop, { disabled: true })
    return () => by.send(row.method, path, options)
  }),
)

const OWN: readonly Scene[] = NAMING.map((row) =>
  scene(18, `${titleOf(row)} for one’s own home`, [403, 'own_account'], async (shop) => {
    const { path, options } = await row.request(shop)
    const [memberId] = /mem_[0-9A-Z]{26}/.exec(`${path} ${JSON.stringify(options.body)}`) ?? []
    const by = await anAdmin(shop, { household: [memberId] })
    return () => by.send(row.method, path, options)
  }),
)

const CODES: readonly Scene[] = [
  scene(
    91,
    'a code that was shown more than a minute ago',
    [409, 'code_expired'],
    async (shop) => {
      const own = shop.api.as('member', { memberId: shop.member.id })
      const { code } = accepted(await own.get('/v1/me/code'))
      shop.api.clock.advance('PT61S')
      return () => shop.admin.post(REDEEM, { code, points: 10, storeId: 'central' }, { key: shop.next() })
    },
    { isAlone: true, isRecorded: true },
  ),
  scene(91, 'a code whose second part is guessed', [409, 'code_expired'], async (shop) => {
    const own = shop.api.as('member', { memberId: shop.member.id })
    const { cardNumber } = accepted(await own.get('/v1/me/code'))
    return () =>
      shop.admin.post(REDEEM, { code: `${cardNumber}.AAAAAAAA`, points: 10, storeId: 'central' }, { key: shop.next() })
  }),
]

export const STAFF: readonly Scene[] = [...LET_GO, ...OWN, ...CODES]
