import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { memberRoutes } from '../../functions/members/routes.ts'
import { ROLES, type Role } from '../../functions/platform/auth.ts'
import { createApi } from '../../functions/platform/http.ts'
import { pointsRoutes } from '../../functions/points/routes.ts'
import { tellLedger } from '../../functions/points/tell-ledger.ts'
import { programRoutes } from '../../functions/program/routes.ts'
import { reportRoutes } from '../../functions/reports/routes.ts'
import { rewardRoutes } from '../../functions/rewards/routes.ts'
import { faultsOf } from '../hostile/answer.ts'
import { openShop, reserved, type Shop } from '../hostile/shop.ts'
import { unsound } from '../hostile/sound.ts'
import { changes, stored } from '../hostile/stored.ts'
import type { Client, Reply } from '../support/api.ts'
import { gatewayEvent } from '../support/gateway-event.ts'
import { asMember, callerOf, MATRIX, type MatrixRow, type Sent } from '../support/matrix.ts'
import { aStaffPool } from '../support/staff-pool.ts'

const ROUTERS = [
  programRoutes(() => ({ version: '0', commit: '0' }), aStaffPool()),
  memberRoutes(tellLedger),
  pointsRoutes,
  rewardRoutes,
  reportRoutes,
]
const MISSING = {
  mem: 'mem_01J9ZZZZZZZZZZZZZZZZZZZZZZ',
  rsv: 'rsv_01J9ZZZZZZZZZZZZZZZZZZZZZZ',
  rwd: 'rwd_01J9ZZZZZZZZZZZZZZZZZZZZZZ',
  apr: 'apr_01J9ZZZZZZZZZZZZZZZZZZZZZZ',
}

let shop: Shop
let cells = 0
beforeAll(async () => {
  shop = await openShop()
})
afterAll(async () => {
  console.info(`authorization matrix: ${cells} cells`)
  expect(unsound(await stored(shop.api))).toEqual([])
})

const nameOf = ({ method, path }: { readonly method: string; readonly path: string }) => `${method} ${path}`
const named = (rows: readonly MatrixRow[]) => rows.map((row) => [nameOf(row), row] as const)

function as(role: Role | 'anyone', who: { stores?: readonly string[] } = {}): Client {
  return role === 'member' ? asMember(shop) : shop.api.as(role, who)
}

async function refused(send: () => Promise<Reply>, status: number, code: string): Promise<Reply> {
  cells += 1
  const reply = await send()
  expect([reply.status, reply.body.code]).toEqual([status, code])
  expect(faultsOf(reply, shop)).toEqual([])
  return reply
}

/** Whatever is done in between, nothing is written. */
async function withoutTrace(deeds: () => Promise<unknown>): Promise<void> {
  const before = await stored(shop.api)
  await deeds()
  expect(changes(before, await stored(shop.api))).toEqual([])
}

const requests = new Map<MatrixRow, Sent>()

/** A valid request that was never sent; one is enough for all who are refused. */
async function unsent(row: MatrixRow): Promise<Sent> {
  const known = requests.get(row) ?? (await row.request(shop))
  requests.set(row, known)
  return known
}

test('every route has one row and every row a route, so that no right is left to chance', () => {
  const routes = ROUTERS.flatMap((router) => router.routes.map(nameOf))
  expect(MATRIX.map(nameOf).sort()).toEqual(routes.sort())
})

describe('route by role', () => {
  const CALLERS = ['anyone', ...ROLES] as const
  const pairs = MATRIX.flatMap((row) => CALLERS.map((role) => [nameOf(row), role, row] as const))
  const isIn = ({ may }: MatrixRow, role: Role | 'anyone') => may === 'anyone' || may.some((one) => one === role)
  const allowed = pairs.filter(([, role, row]) => isIn(row, role))
  const denied = pairs.filter(([, role, row]) => !isIn(row, role))

  test.each(allowed)('%s lets %s in', async (_, role, row) => {
    cells += 1
    const sent = await row.request(shop, as(role))
    const reply = await as(role).send(row.method, sent.path, sent.options)
    const isHidden = row.sees404?.some((one) => one === role)
    expect([reply.status, reply.body.code]).toEqual(
      isHidden ? [404, 'not_found'] : [row.status, row.status < 300 ? reply.body.code : ''],
    )
    expect(faultsOf(reply, shop)).toEqual([])
  })

  test.each(denied)('%s answers 403 to %s, which changes nothing', async (_, role, row) => {
    const sent = await unsent(row)
    await withoutTrace(() => refused(() => as(role).send(row.method, sent.path, sent.options), 403, 'forbidden'))
  })

  const body = MATRIX.filter(({ method, may }) => method !== 'GET' && may !== 'anyone')
  test.each(named(body))('%s tells who may not call it nothing about what it wants', async (_, row) => {
    const { path } = await unsent(row)
    const outsider = ROLES.find((role) => !isIn(row, role))
    if (outsider === undefined) throw new Error('every role may call it')
    const options = { raw: '{"broken', headers: { 'content-type': 'text/csv' } }
    await withoutTrace(() => refused(() => as(outsider).send(row.method, path, options), 403, 'forbidden'))
  })
})

describe('claims', () => {
  const guarded = MATRIX.filter(({ may }) => may !== 'anyone')
  const STRANGE = [
    ['a machine without a scope', { scope: '', client_id: 'pos-local', sub: 'pos-local' }],
    ['a machine with a scope of nobody', { scope: 'loyalty/root openid', client_id: 'x', sub: 'x' }],
    ['roles without the scope of staff', { scope: 'openid', roles: '[admin]', stores: '*', sub: 'x' }],
    ['an unknown role', { scope: 'loyalty/staff', roles: '[owner Admin superadmin]', stores: '*', sub: 'x' }],
    ['no role', { scope: 'loyalty/staff', stores: '*', sub: 'x' }],
    ['an empty list of roles', { scope: 'loyalty/staff', roles: '[]', stores: '*', sub: 'x' }],
    ['machine roles claimed by a person', { scope: 'loyalty/staff', roles: '[pos member]', stores: '*', sub: 'x' }],
  ] as const

  test.each(STRANGE)('%s opens no route', async (_, claims) => {
    const sent = await Promise.all(guarded.map(unsent))
    await withoutTrace(async () => {
      for (const [index, row] of guarded.entries()) {
        const reply = await withClaims(row, sent[index] ?? { path: '', options: {} }, claims)
        expect([nameOf(row), reply]).toMatchObject([nameOf(row), { status: 403, code: 'forbidden' }])
        cells += 1
      }
    })
  })

  test('a member token without a member id sees nobody, and joins only with a proven address', async () => {
    // These two are how somebody comes to have one.
    const open = ['POST /me', 'POST /me/contacts']
    const closed = guarded.filter((row) => row.may.includes('member') && !open.includes(nameOf(row)))
    for (const row of closed) {
      const { path, options } = await unsent(row)
      await refused(() => shop.api.as('member', { memberId: '' }).send(row.method, path, options), 404, 'not_found')
    }
    const nobody = shop.api.as('member', { memberId: '' })
    const body = { name: 'Nobody' }
    await refused(() => nobody.post('/v1/me', body, { key: shop.next() }), 409, 'unverified_contact')
    await refused(() => nobody.post('/v1/me/contacts', { ticket: 'x' }), 409, 'unverified_contact')
  })
})

describe('other stores', () => {
  const atStore = MATRIX.filter(({ hasStore }) => hasStore)
  const TILLS = ['cashier', 'manager', 'pos'] as const
  const ELSEWHERE = [['north'], [], ['Central', 'central-2', 'centra']] as const

  test.each(named(atStore))(
    '%s answers 403 to those of other stores, whether theirs is there or not',
    async (_, row) => {
      const { path, options } = await unsent(row)
      await withoutTrace(async () => {
        for (const storeId of ['central', 'nowhere'])
          for (const role of TILLS)
            for (const stores of ELSEWHERE) {
              const body = { ...(options.body as object), storeId }
              const send = () => as(role, { stores }).send(row.method, path, { ...options, body })
              await refused(send, 403, 'store_out_of_scope')
            }
      })
    },
  )

  test.each(named(atStore))('%s lets a cashier of the store in', async (_, row) => {
    cells += 1
    const { path, options } = await row.request(shop)
    expect((await as('cashier', { stores: ['central'] }).send(row.method, path, options)).status).toBe(row.status)
  })

  test.each(['capture', 'void'])('%s of a reservation of another store is as if it were not there', async (end) => {
    const id = await reserved(shop)
    await withoutTrace(async () => {
      for (const role of TILLS) {
        const send = (reservation: string) =>
          as(role, { stores: ['north'] }).post(
            `/v1/points/reservations/${reservation}/${end}`,
            {},
            { key: shop.next() },
          )
        const foreign = await refused(() => send(id), 404, 'not_found')
        expect(bytesOf(foreign)).toBe(bytesOf(await send(MISSING.rsv)))
      }
    })
  })

  test('the proof of a member of another store is to a manager as if it were not there', async () => {
    const manager = as('manager', { stores: ['north'] })
    const foreign = await refused(() => manager.get(`/v1/points/accounts/${shop.member.id}/proof`), 404, 'not_found')
    expect(bytesOf(foreign)).toBe(bytesOf(await manager.get(`/v1/points/accounts/${MISSING.mem}/proof`)))
  })
})

describe('other members', () => {
  const own = MATRIX.filter(({ path }) => /^\/me(\/|$)/.test(path))

  test.each(named(own))('%s shows and changes the caller only, whoever else is named', async (_, row) => {
    const { path, options } = await row.request(shop)
    const me = as('member')
    await withoutTrace(async () => {
      for (const name of ['memberId', 'id', 'member_id', 'sub']) {
        const query = `${path}?${name}=${shop.stranger.id}`
        await refused(() => me.send(row.method, query, options), 422, 'unknown_field')
        if (row.method === 'GET') continue
        const body = { ...(options.body as object), [name]: shop.stranger.id }
        await refused(() => me.send(row.method, path, { ...options, body }), 422, 'unknown_field')
      }
    })
    const headers = { 'x-member-id': shop.stranger.id, 'x-amzn-oidc-identity': shop.stranger.id }
    const reply = await me.send(row.method, path, { ...options, headers })
    expect([reply.status, faultsOf(reply, shop)]).toEqual([row.status, []])
    expect(JSON.stringify(reply.body)).not.toContain(shop.stranger.id)
  })

  test('a cursor of one member turns no page of another', async () => {
    const { nextCursor } = (await as('member').get('/v1/me/entries?limit=1')).body
    expect(nextCursor).toBeTypeOf('string')
    const stranger = shop.api.as('member', { memberId: shop.stranger.id })
    const path = `/v1/me/entries?limit=1&cursor=${nextCursor}`
    await refused(() => stranger.get(path), 400, 'invalid_cursor')
  })
})

describe('ids in paths', () => {
  const withId = MATRIX.filter(({ path }) => path.includes(':'))
  const KINDS: Readonly<Record<string, keyof typeof MISSING>> = {
    ':id': 'mem',
    ':memberId': 'mem',
    ':reservationId': 'rsv',
    ':redemptionId': 'rsv',
    ':rewardId': 'rwd',
    ':approvalId': 'apr',
  }
  const wrongIds = (right: string): readonly string[] => [
    ...[
      right.toLowerCase(),
      right.replace(/^[a-z]+/, 'ent'),
      right.replace(/^(mem|rsv|rwd|apr)/, (kind) => OTHER[kind] ?? ''),
    ],
    ...[right.slice(0, -1), `${right}0`, `${right.slice(0, -1)}U`, `${right.slice(0, 4)}8${right.slice(5)}`],
    ...[right.slice(4), 'x'.repeat(2_049), `${right}${'0'.repeat(2_049)}`],
    ...['..%2f', '%00', `${right}%00`, `${right}%20`, `${right}%0a`, `${right}%2f..`, '%ff', '%252e%252e', '*', '-'],
    // The gateway hands paths over decoded.
    ...['..', '../../me/card', `${right}#x`, `${right}\n`, `${right} `, `${right};v=1`, `${right}\\`],
  ]

  test.each(named(withId))('%s answers a wrong id with the very bytes of a missing one', async (_, row) => {
    const [, parameter = ''] = /(:\w+)/.exec(row.path) ?? []
    const kind = KINDS[parameter]
    const { path, options } = await row.request(shop)
    const right = path.split('/')[row.path.split('/').indexOf(parameter) + 1] ?? ''
    const send = (id: string) => {
      const key = row.isKeyed && { key: shop.next() }
      return callerOf(shop, row).send(
        row.method,
        path.replace(right, () => id),
        { ...options, ...key },
      )
    }
    const missing = await refused(() => send(kind ? MISSING[kind] : 'NOT_THERE'), 404, 'not_found')
    const different: unknown[] = []
    await withoutTrace(async () => {
      for (const id of kind ? [...wrongIds(right), ...wrongIds(MISSING[kind])] : wrongIds('NOT_THERE')) {
        cells += 1
        const reply = await send(id)
        if (bytesOf(reply) !== bytesOf(missing)) different.push([id, reply.status, reply.body.code])
        expect(faultsOf(reply, shop)).toEqual([])
      }
    })
    expect(different).toEqual([])
  })
})

const OTHER: Readonly<Record<string, string>> = { mem: 'rsv', rsv: 'mem', rwd: 'mem', apr: 'mem' }

function bytesOf({ status, headers, body }: Reply): string {
  return JSON.stringify([status, headers, { ...body, instance: '' }])
}

/** @returns the body of what the route answers to claims that no issuer of ours would sign. */
async function withClaims(row: MatrixRow, { path, options }: Sent, claims: Readonly<Record<string, string>>) {
  const router = ROUTERS.find(({ routes }) => routes.some((route) => nameOf(route) === nameOf(row)))
  if (router === undefined) throw new Error(`no router has ${nameOf(row)}`)
  const event = gatewayEvent({ caller: { role: 'admin' }, method: row.method, path, options })
  const { requestContext } = event as unknown as { requestContext: { authorizer: { jwt: { claims: unknown } } } }
  requestContext.authorizer.jwt.claims = claims
  const answer: unknown = await createApi(() => shop.api.services, router)(event)
  return JSON.parse((answer as { body: string }).body)
}
