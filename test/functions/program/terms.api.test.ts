/** What everybody may know before joining, and what they may not. */
import { beforeEach, expect, test } from 'vitest'
import { type TestApi, testApi } from '../../support/api.ts'
import { exampleProgram } from '../../support/example-program.ts'
import { accepted, aTill } from '../../support/till.ts'

let api: TestApi
beforeEach(async () => {
  api = await testApi()
})

const terms = () => api.as('anyone').get('/v1/program/terms')

test('are the program in force, told to anyone without a token', async () => {
  await api.as('admin').put('/v1/program', exampleProgram())
  const { status, body } = await terms()
  expect(status).toBe(200)
  const { document } = (await api.as('admin').get('/v1/program')).body
  expect(body).toMatchObject({
    version: 1,
    name: document.name,
    points: { name: document.points.name },
    currency: document.currency,
    zone: document.zone,
    earning: document.earning,
    expiry: document.expiry,
    refund: document.refund,
  })
  expect(body.locales[0]).toBe(document.defaultLocale)
  expect(body.tiers.levels).toHaveLength(document.tiers.levels.length)
})

test('name the stores, and tell nothing else of them', async () => {
  await api.as('admin').put('/v1/program', exampleProgram())
  expect((await terms()).body.stores).toEqual([])
  await api.as('admin').put('/v1/program/stores/north', { name: 'North', receiptSeries: 'daily' })
  await api.as('admin').put('/v1/program/stores/central', { name: 'Central' })
  api.clock.advance('PT10S')
  const stores = [
    { id: 'central', name: 'Central' },
    { id: 'north', name: 'North' },
  ]
  expect((await terms()).body.stores).toEqual(stores)
  await api.as('admin').put('/v1/program/stores/central', { name: 'Central Hall' }, { ifMatch: '"1"' })
  expect((await terms()).body.stores).toEqual(stores)
  api.clock.advance('PT10S')
  expect((await terms()).body.stores[0]).toEqual({ id: 'central', name: 'Central Hall' })
})

test('promise nothing for friends, because nobody is given that yet', async () => {
  const program = exampleProgram()
  expect(program.referral?.enabled).toBe(true)
  await api.as('admin').put('/v1/program', program)
  expect((await terms()).body).not.toHaveProperty('referral')
})

test('cost nothing while they are kept, because anybody may ask for them without a token', async () => {
  const till = await aTill()
  accepted(await till.buy())
  for (const _ of [1, 2]) accepted(await till.api.as('anyone').get('/v1/program/terms'))
  expect(till.api.logs.findLast(({ operation }) => operation === 'program.terms')?.requests).toBe(0)
})

test('tell nothing of what stays inside: cost, limits of the staff, review of referrals, care of members', async () => {
  await api.as('admin').put('/v1/program', exampleProgram())
  const text = JSON.stringify((await terms()).body)
  expect(text).not.toMatch(
    /costMinor|approve|cashierDailyPoints|undoWindow|marginRate|score|onDeadline|policies|priorityCase/,
  )
  expect(text).not.toMatch(/programMonthPoints|lateClaim|retention|reEnrolGuard/)
})

test('are not there before anything is published', async () => {
  expect((await terms()).body.code).toBe('not_found')
})
