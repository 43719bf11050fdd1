import { expect, test } from 'vitest'
import { CODES, STATUS } from '../../../functions/platform/problem.ts'
import { testApi } from '../../support/api.ts'

test('GET /v1/health tells the release to anyone', async () => {
  const api = await testApi()
  const reply = await api.as('anyone').get('/v1/health')
  expect([reply.status, reply.body]).toEqual([200, { status: 'ok', version: '0.0.0', commit: 'test' }])
  expect((await api.as('anyone').get('/v1/health?version=2')).status).toBe(422)
})

test('GET /v1/problems/{code} explains every code in three languages, so that `type` leads somewhere', async () => {
  const api = await testApi()
  for (const code of CODES) {
    const { status, body } = await api.as('anyone').get(`/v1/problems/${code}`)
    expect(status).toBe(200)
    expect(body).toMatchObject({ code, status: STATUS[code], title: body.detail.en })
    expect(Object.keys(body.detail)).toEqual(['en', 'zh-Hant', 'zh-Hans'])
  }
})

test.each(['nothing_like_this', 'Forbidden', 'constructor', '%00'])('answers 404 to the code %s', async (code) => {
  const api = await testApi()
  expect((await api.as('anyone').get(`/v1/problems/${code}`)).status).toBe(404)
})

test('answers 405 with what is offered, and 404 to what is not there', async () => {
  const api = await testApi()
  const wrong = await api.as('admin').post('/v1/program', {})
  expect([wrong.status, wrong.headers.allow]).toEqual([405, 'GET, PUT'])
  expect((await api.as('admin').get('/v1/program/drafts')).status).toBe(404)
})
