/** What everybody may know before joining, and what they may not. */
import { beforeEach, expect, test } from 'vitest'
import { type TestApi, testApi } from '../../support/api.ts'
import { exampleProgram } from '../../support/example-program.ts'

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
    referral: { reward: document.referral.reward },
  })
  expect(body.locales[0]).toBe(document.defaultLocale)
  expect(body.tiers.levels).toHaveLength(document.tiers.levels.length)
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
