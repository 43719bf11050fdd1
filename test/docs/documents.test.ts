/** The documents agree with the project: links lead somewhere, commands exist, and the first command is the one that `npm start` prints. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import { DEFAULT_PORT } from '../../local/port.ts'
import { printWelcome } from '../../local/welcome.ts'

const ROOT = join(import.meta.dirname, '..', '..')
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8')
const inFolder = (folder: string) =>
  readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name))

const DECISIONS = inFolder('docs/decisions')
const DOCUMENTS = [...inFolder('.'), ...inFolder('docs'), ...DECISIONS]
const PACKAGE = JSON.parse(read('package.json')) as Record<string, Record<string, string>>

/** As GitHub makes them of headings. */
function anchorsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  )
}

/** @returns links of a document to files or headings that are not there. */
function deadLinks(path: string, text: string, readText = read): string[] {
  const links = [...text.matchAll(/\]\((?!https?:|mailto:)([^)\s]*)\)/g)].map(([, link = '']) => link)
  return links.filter((link) => {
    const [file = '', anchor] = link.split('#')
    const target = file === '' ? path : join(dirname(path), file)
    if (!existsSync(join(ROOT, target))) return true
    return anchor !== undefined && !anchorsOf(target === path ? text : readText(target)).includes(anchor)
  })
}

/** @returns scripts that a document tells to run and package.json does not have. */
function unknownScripts(text: string): string[] {
  const named = [
    ...text.matchAll(/\bnpm (?:run )?(?:--silent )?(start|test|[a-z]+:[a-z]+|(?<=run |--silent )[a-z]+)\b/g),
  ]
  return named.map(([, name = '']) => name).filter((name) => PACKAGE.scripts?.[name] === undefined)
}

test.each(DOCUMENTS)('%s has no dead link and no command that does not exist', (path) => {
  expect(deadLinks(path, read(path))).toEqual([])
  expect(unknownScripts(read(path))).toEqual([])
})

test('a dead link and an unknown command are found', () => {
  const text = '# A b\n[a](#a-b) [b](#c) [c](README.md) [d](gone.md) [e](docs/api.md#gone) npm run gone, npm start'
  expect(deadLinks('README.md', text)).toEqual(['#c', 'gone.md', 'docs/api.md#gone'])
  expect(unknownScripts(text)).toEqual(['gone'])
})

test('the README has the very command that npm start prints, so that either can be pasted', () => {
  const print = vi.spyOn(console, 'log').mockReturnValue(undefined)
  const url = `http://localhost:${DEFAULT_PORT}`
  printWelcome({ url, port: DEFAULT_PORT, dataDir: join(ROOT, '.local'), engine: 'http://127.0.0.1:1' })
  const printed = print.mock.calls.flat().join('\n')
  print.mockRestore()
  const command = /^ *(curl .*)$/m.exec(printed)?.[1] ?? 'none was printed'
  expect(read('README.md').split('\n')).toContain(command)
})

test('docs/dependencies.md argues for every dependency, and for no other', () => {
  const named = [...read('docs/dependencies.md').matchAll(/^\| (`.*`) \| /gm)].flatMap(([, names = '']) =>
    names.split(', ').map((name) => name.replaceAll('`', '')),
  )
  const { dependencies, devDependencies, optionalDependencies } = PACKAGE
  expect(named.sort()).toEqual(Object.keys({ ...dependencies, ...devDependencies, ...optionalDependencies }).sort())
})

describe('docs/decisions', () => {
  test('are numbered without gaps', () => {
    const numbers = DECISIONS.map((path) => Number(/\/(\d{4})-[a-z0-9-]+\.md$/.exec(path)?.[1])).sort((a, b) => a - b)
    expect(numbers).toEqual(numbers.map((_, index) => index + 1))
  })

  test.each(DECISIONS)('%s is one page under its own number', (path) => {
    const text = read(path)
    expect(text).toMatch(new RegExp(`^# ${/\d{4}/.exec(path)?.[0]} [A-Z]`))
    expect(text.split('\n').length).toBeLessThan(60)
  })
})

test('the licence is Apache-2.0, whole, in the file and in package.json', () => {
  const licence = read('LICENSE')
  expect(licence).toContain('Version 2.0, January 2004')
  expect(licence).toContain('Copyright the Revisit authors')
  expect(licence).toContain('END OF TERMS AND CONDITIONS')
  expect(PACKAGE).toMatchObject({ license: 'Apache-2.0' })
})
