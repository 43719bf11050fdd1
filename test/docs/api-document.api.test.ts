/** docs/api.md says what the API does: its examples are carried out, its roles and its problem codes are compared. */
import { beforeAll, describe, expect, test } from 'vitest'
import { CODES, STATUS, wording } from '../../functions/platform/problem.ts'
import { testApi } from '../support/api.ts'
import { MATRIX } from '../support/matrix.ts'
import { aProgram, setUpProgram } from '../support/programs.ts'
import { carryOut, comparable, DOCUMENT, readExamples, type Story } from './examples.ts'
import { prepare } from './story.ts'

const EXAMPLES = readExamples(DOCUMENT)

describe('the examples of docs/api.md', () => {
  const answers = new Map<string, unknown>()
  const nameOf = ({ method, path }: { method: string; path: string }) => `${method} ${path}`

  beforeAll(async () => {
    const api = await testApi('2026-11-23T10:00:00Z')
    await setUpProgram(api, aProgram({ staff: { adjustApproveOver: 500 } }))
    const story: Story = { api, ids: new Map(), steps: 0 }
    const reservation = EXAMPLES.find(({ path }) => path === '/v1/points/reservations')
    for (const example of EXAMPLES) {
      // The one before it is captured by now.
      if (example.path.endsWith('{reservationId}/void') && reservation)
        await carryOut(story, { ...reservation, answer: { id: 'rsv_00000000000000000000000002' } })
      await prepare(story, example)
      const { status, body } = await carryOut(story, example)
      answers.set(nameOf(example), { status, body })
    }
  })

  test.each(EXAMPLES)('$method $path is answered as written', (example) => {
    const { status, body } = answers.get(nameOf(example)) as { status: number; body: { entries?: unknown[] } }
    const { answer } = example
    const isCut = JSON.stringify(answer).includes('"…"')
    const shown = isCut ? { ...body, entries: [body.entries?.[0], '…'] } : body
    expect({ status, answer: comparable(shown) }).toEqual({ status: example.status, answer: comparable(answer) })
  })
})

describe('docs/api.md is whole', () => {
  test('it has every route, with the roles that may call it, and no other', () => {
    const written = EXAMPLES.map(({ method, path, who }) => `${method} ${path}: ${[...who].sort()}`)
    const real = MATRIX.map(({ method, path, may }) => {
      const name = path.replace('/members/:id', '/members/:memberId').replace(/:(\w+)/g, '{$1}')
      return `${method} /v1${name}: ${may === 'anyone' ? may : [...may].sort()}`
    })
    expect(written.sort()).toEqual(real.sort())
  })

  test('it has every problem code with its status and words', () => {
    const written = [...DOCUMENT.matchAll(/^\| `([a-z_]+)` \| (\d{3}) \| (.*) \|$/gm)].map(([, ...row]) => row)
    expect(written).toEqual(CODES.map((code) => [code, String(STATUS[code]), wording(code, 'en')]))
  })
})

describe('an example that is wrong is found', () => {
  const section = (answer: string) =>
    `### GET /v1/health\n\nWho: anyone.\n\nAnswer 200\n\n\`\`\`json\n${answer}\n\`\`\`\n`

  test.each([
    ['without roles', '### GET /v1/health\n\nAnswer 200\n\n```json\n{}\n```\n'],
    ['without an answer', '### GET /v1/health\n\nWho: anyone.\n'],
    ['with JSON that is none', section('{"status": }')],
  ])('%s', (_, document) => {
    expect(() => readExamples(document)).toThrow()
  })

  test('with a field more or less, or another value, but not with another id or hash', () => {
    const mine = { id: 'mem_01M83XJ880KQG3SA336YW2RZH4', hash: 'abc', points: 1 }
    expect(comparable(mine)).not.toEqual(comparable({ ...mine, points: 2 }))
    expect(comparable(mine)).not.toEqual(comparable({ ...mine, more: 1 }))
    expect(comparable(mine)).toEqual(comparable({ ...mine, id: 'mem_01M83XJ880KQG3SA336YW2RZH5', hash: 'xyz' }))
  })
})
