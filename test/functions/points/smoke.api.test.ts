import { expect, test } from 'vitest'
import { testApi } from '../../support/api.ts'
import { setUpProgram } from '../../support/programs.ts'

test('smoke', async () => {
  const api = await testApi('2026-11-22T10:00:00Z')
  await setUpProgram(api)
  const pos = api.as('pos')
  const m = await pos.post('/v1/members', { name: 'A', phone: '+85291234567', storeId: 'central' }, { key: 'k1' })
  console.log(m.status, JSON.stringify(m.body))
  const id = m.body.id
  const buy = (n: string, amount: number) =>
    pos.post('/v1/points/purchases', {
      memberId: id,
      storeId: 'central',
      receiptNumber: n,
      amount: { amount, currency: 'GBP' },
      purchasedAt: '2026-11-22T04:26:00Z',
    })
  const a = await buy('1', 13912)
  console.log(a.status, JSON.stringify(a.body))
  const a2 = await buy('1', 13912)
  console.log(a2.status, JSON.stringify(a2.headers), JSON.stringify(a2.body) === JSON.stringify(a.body))
  console.log(JSON.stringify((await buy('1', 99)).body))
  const ref = (n: string, r: string, amount: number) =>
    pos.post('/v1/points/refunds', {
      storeId: 'central',
      receiptNumber: n,
      refundNumber: r,
      amount: { amount, currency: 'GBP' },
      refundedAt: '2026-11-22T05:26:00Z',
    })
  console.log(JSON.stringify((await ref('1', 'r1', 5000)).body))
  console.log(JSON.stringify((await ref('2', 'r2', 5000)).body))
  console.log(JSON.stringify((await ref('2', 'r2', 5000)).body))
  console.log(JSON.stringify((await buy('2', 10000)).body))
  const red = await pos.post('/v1/points/redemptions', { memberId: id, points: 100, storeId: 'central' }, { key: 'x' })
  console.log(JSON.stringify(red.body))
  const red2 = await pos.post(
    '/v1/points/redemptions',
    { memberId: id, points: 100, storeId: 'central' },
    { key: 'x2' },
  )
  console.log(JSON.stringify(red2.body))
  const rs = await pos.post('/v1/points/reservations', { memberId: id, points: 10, storeId: 'central' }, { key: 'y' })
  console.log(JSON.stringify(rs.body))
  const cap = await pos.post(`/v1/points/reservations/${rs.body.id}/capture`, { points: 4 }, { key: 'z' })
  console.log(cap.status, JSON.stringify(cap.body))
  const adj = await api
    .as('admin')
    .post(`/v1/points/adjustments`, { memberId: id, points: -4, reason: 'other', note: 'sorry' }, { key: 'z' })
  console.log(adj.status, JSON.stringify(adj.body))
  console.log(JSON.stringify((await pos.get(`/v1/points/accounts/${id}`)).body))
  console.log(JSON.stringify((await pos.get(`/v1/points/accounts/${id}/entries?limit=2`)).body))
  const proof = await api.as('auditor').get(`/v1/points/accounts/${id}/proof`)
  console.log(JSON.stringify(proof.body).slice(0, 900))
  console.log(JSON.stringify((await api.as('member', { memberId: id }).get(`/v1/me/card`)).body))
  for (const l of api.logs.filter((l) => l.operation)) console.log(JSON.stringify(l))
  expect(1).toBe(1)
})
