import { describe, expect, test } from 'vitest'
import { ANYONE, actorFromClaims, hasRole, isOwnStore, requireStore } from '../../../functions/platform/auth.ts'

describe('claims as the gateway renders them', () => {
  test.each([
    [
      'a cashier of two stores',
      { sub: 'u1', scope: 'openid loyalty/staff', roles: '[cashier]', stores: '[central north]' },
      { id: 'u1', roles: ['cashier'], stores: ['central', 'north'], isPerson: true },
    ],
    [
      'a person of two roles, in commas',
      { sub: 'u1', scope: 'loyalty/staff', roles: '[cashier, manager]', stores: '[central]' },
      { id: 'u1', roles: ['cashier', 'manager'], stores: ['central'], isPerson: true },
    ],
    [
      'one role without brackets and every store',
      { sub: 'u1', scope: 'loyalty/staff', roles: 'admin', stores: '*' },
      { id: 'u1', roles: ['admin'], stores: '*', isPerson: true },
    ],
    [
      'every store in brackets',
      { sub: 'u1', scope: 'loyalty/staff', roles: '[manager]', stores: '[*]' },
      { id: 'u1', roles: ['manager'], stores: '*', isPerson: true },
    ],
    [
      'real arrays',
      { sub: 'u1', scp: ['loyalty/staff'], roles: ['auditor', 7], stores: ['central'] },
      { id: 'u1', roles: ['auditor'], stores: ['central'], isPerson: true },
    ],
    [
      'a till',
      { client_id: 'till-7', sub: 'till-7', scope: 'loyalty/pos', stores: '[central]' },
      { id: 'till-7', roles: ['pos'], stores: ['central'] },
    ],
    [
      'a machine without a subject',
      { client_id: 'erp', scope: 'loyalty/admin', stores: '*' },
      { id: 'erp', roles: ['admin'], stores: '*' },
    ],
    [
      'a member',
      { sub: 'mem_1', scope: 'openid loyalty/member', roles: '[admin]', stores: '*' },
      { id: 'mem_1', roles: ['member'], stores: [], memberId: 'mem_1' },
    ],
    [
      'a member whose number is a claim of its own',
      { sub: 'u9', member_id: 'mem_2', scope: 'loyalty/member' },
      { id: 'mem_2', roles: ['member'], stores: [], memberId: 'mem_2' },
    ],
    [
      'a member who has just signed in, with a proven address',
      {
        sub: '7d0c4bd8-0f5b-4c7e-9a52-4f5c2a3a2f11',
        member_id: 'mem_2',
        scope: 'openid email loyalty/member',
        email: 'Ann@Example.com',
        auth_time: '1795428000',
      },
      {
        id: 'mem_2',
        roles: ['member'],
        stores: [],
        memberId: 'mem_2',
        contact: 'ann@example.com',
        authTime: 1_795_428_000,
      },
    ],
    [
      'a person who has signed in and not joined, whose subject must not pass for a member',
      { sub: '7d0c4bd8-0f5b-4c7e-9a52-4f5c2a3a2f11', scope: 'loyalty/member', auth_time: 1_795_428_000 },
      { id: '7d0c4bd8-0f5b-4c7e-9a52-4f5c2a3a2f11', roles: ['member'], stores: [], authTime: 1_795_428_000 },
    ],
    [
      'a machine that claims roles of people',
      { sub: 'x', scope: 'loyalty/pos', roles: '[admin]', stores: '*' },
      { id: 'x', roles: ['pos'], stores: '*' },
    ],
    [
      'a person who claims to be a machine or a member',
      { sub: 'x', scope: 'loyalty/staff', roles: '[pos member owner]' },
      { id: 'x', roles: [], stores: [], isPerson: true },
    ],
    [
      'a scope that only looks alike',
      { sub: 'x', scope: 'loyalty/staffs xloyalty/pos', roles: '[admin]' },
      { id: 'x', roles: [], stores: [] },
    ],
    ['nothing', {}, { id: '', roles: [], stores: [] }],
    ['numbers and objects', { sub: 7, scope: {}, roles: 1, stores: null }, { id: '', roles: [], stores: [] }],
  ])('%s', (_, claims, actor) => {
    expect(actorFromClaims(claims)).toEqual(actor)
  })
})

describe('stores', () => {
  const cashier = { id: 'u', roles: ['cashier'], stores: ['central'] } as const

  test('are the caller’s own, all of them for admins and for a claim of *', () => {
    expect(isOwnStore(cashier, 'central')).toBe(true)
    expect(isOwnStore(cashier, 'centra')).toBe(false)
    expect(isOwnStore({ ...cashier, stores: '*' }, 'north')).toBe(true)
    expect(isOwnStore({ ...cashier, roles: ['admin'], stores: [] }, 'north')).toBe(true)
    expect(isOwnStore(ANYONE, 'central')).toBe(false)
  })

  test('of others are refused by name', () => {
    const refusal = { code: 'store_out_of_scope', details: { params: { storeId: 'north' } } }
    expect(() => requireStore(cashier, 'north')).toThrow(expect.objectContaining(refusal))
    expect(() => requireStore(cashier, 'central')).not.toThrow()
  })

  test('roles are any of those asked for', () => {
    expect([hasRole(cashier, 'admin', 'cashier'), hasRole(cashier, 'admin'), hasRole(cashier)]).toEqual([
      true,
      false,
      false,
    ])
  })
})
