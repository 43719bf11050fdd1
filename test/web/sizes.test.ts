import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { BUDGETS, sizesOf, tooLarge } from '../../web/sizes.ts'
import { FOREIGN_TO_MEMBER } from '../../web/src/sw/scope.ts'

const folder = mkdtempSync(join(tmpdir(), 'sizes-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** Text that gzip cannot make smaller than it is, from a fixed series. */
function noise(kilobytes: number): Buffer {
  const bytes = Buffer.alloc(kilobytes * 1024)
  let state = 1
  for (let index = 0; index < bytes.length; index += 1) {
    state = (state * 48_271) % 2_147_483_647
    bytes[index] = state & 255
  }
  return bytes
}

function sizes(entry: number, shared: number, later: number) {
  for (const [name, kilobytes] of Object.entries({ entry, shared, later }))
    writeFileSync(join(folder, `${name}.js`), noise(kilobytes))
  writeFileSync(join(folder, 'page.css'), noise(1))
  return sizesOf(folder, {
    'main.tsx': { file: 'entry.js', isEntry: true, imports: ['_shared'], css: ['page.css'] },
    _shared: { file: 'shared.js' },
    'later.tsx': { file: 'later.js', isDynamicEntry: true, imports: ['_shared'] },
  })
}

test('what a person waits for is the entry with everything that it imports, and nothing that comes later', () => {
  const { first, css, later } = sizes(10, 5, 3)
  expect(first).toBeCloseTo(15, 0)
  expect(css).toBeCloseTo(1, 0)
  expect(later.map(({ name }) => name)).toEqual(['later.js'])
})

test('a page over its budget fails the build by name, and one within it does not', () => {
  expect(tooLarge('member', sizes(60, 20, 3))).toEqual([])
  expect(tooLarge('member', sizes(BUDGETS.member.first - 5, 10, 3)).join()).toContain('member page: first is 1')
  expect(tooLarge('member', sizes(10, 5, BUDGETS.member.each + 1)).join()).toContain('later.js')
})

test.each(['/v1/me', '/v1', '/oidc/members/auth', '/staff', '/staff/', '/local/clock', '/docs', '/config.json'])(
  'the member page’s worker leaves %s alone, because its scope covers the whole origin',
  (path) => {
    expect(FOREIGN_TO_MEMBER.some((pattern) => pattern.test(path))).toBe(true)
  },
)

test.each(['/', '/rewards', '/c/630214944645', '/signed-in', '/staffing', '/v1x'])('and answers %s itself', (path) => {
  expect(FOREIGN_TO_MEMBER.some((pattern) => pattern.test(path))).toBe(false)
})
