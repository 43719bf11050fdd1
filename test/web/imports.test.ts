import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { describe, expect, test } from 'vitest'

const SRC = join(import.meta.dirname, '../../web/src')
const ROOT = join(SRC, '../..')

const STATEMENT = /^(?:import|export)\s+(?!type\s)(?:[^';]*?\sfrom\s+)?'([^']+)'/gm
const LATER = /\bimport\(\s*'([^']+)'/g

/** Everything that a file needs when it runs; what only its types need is gone by then. */
function importsOf(text: string): string[] {
  return [...text.matchAll(STATEMENT), ...text.matchAll(LATER)].map(([, specifier]) => specifier ?? '')
}

const sources = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((path) => /\.tsx?$/.test(path))
  .map((path) => ({ path, imports: importsOf(readFileSync(join(SRC, path), 'utf8')) }))

function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
}

/** Files and packages that a page loads sooner or later, from its first file on. */
function reached(entry: string): { readonly files: Set<string>; readonly packages: Set<string> } {
  const files = new Set<string>()
  const packages = new Set<string>()
  const queue = [join(SRC, entry)]
  for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
    const place = relative(ROOT, file)
    if (files.has(place) || !/\.tsx?$/.test(file)) continue
    files.add(place)
    for (const specifier of importsOf(readFileSync(file, 'utf8'))) {
      if (specifier.startsWith('.')) queue.push(join(dirname(file), specifier))
      else packages.add(packageOf(specifier))
    }
  }
  return { files, packages }
}

const SHARED = ['react', 'react-dom', 'react-intl', '@tanstack/react-query', 'oidc-client-ts', 'idb', 'uqr']
const ALLOWED = {
  member: SHARED,
  // The reader of codes brings its own WebAssembly, which the page serves itself.
  staff: [...SHARED, 'barcode-detector', 'zxing-wasm', 'libphonenumber-js', 'ulid'],
} as const

const areas = (['member', 'staff'] as const).filter((area) => existsSync(join(SRC, area, 'main.tsx')))

describe.each(areas)('the %s page', (area) => {
  const { files, packages } = reached(`${area}/main.tsx`)

  test('loads no package but those of its table, so that nothing heavy comes in unseen', () => {
    expect([...packages].filter((name) => !ALLOWED[area].includes(name))).toEqual([])
    expect(packages.has('zod')).toBe(false)
  })

  test('loads nothing of another area, so that each is a closed graph', () => {
    const others = [...files].filter((path) =>
      areas.some((other) => other !== area && path.startsWith(`web/src/${other}/`)),
    )
    expect(others).toEqual([])
  })

  test('runs nothing of the product but pure values, so that no code for the server reaches a browser', () => {
    const foreign = [...files].filter((path) => !path.startsWith('web/src/'))
    expect(foreign.filter((path) => !/^functions\/(shared\/\w+|members\/card-number)\.ts$/.test(path))).toEqual([])
  })
})

describe('sources of the pages', () => {
  test('were read, so that an empty list cannot pass', () => {
    expect(sources.length).toBeGreaterThan(40)
    expect(
      importsOf("import type { A } from './a.ts'\nimport { b } from './b.ts'\nconst c = import('./c.ts')"),
    ).toEqual(['./b.ts', './c.ts'])
  })

  test('outside of an area import no area: the parts that all share know nobody above them', () => {
    const upward = sources.filter(
      ({ path, imports }) =>
        !/^(member|staff)\//.test(path) && imports.some((name) => /\/(member|staff)\/(?!.*\.json)/.test(name)),
    )
    expect(upward.map(({ path }) => path)).toEqual([])
  })

  test('hold no text of their own: every word a reader sees is in a catalogue', () => {
    const texts = sources.flatMap(({ path }) => {
      if (!path.endsWith('.tsx')) return []
      const code = readFileSync(join(SRC, path), 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, '')
      const told = [...code.matchAll(/(?<![=\w)])>\s*([\p{L}][^<>{}=;()]*)</gu)].map(([, text]) => text?.trim() ?? '')
      const named = [...code.matchAll(/\b(?:aria-label|title|placeholder|alt)="([^"]+)"/g)].map(
        ([, text]) => text ?? '',
      )
      return [...told, ...named]
        .filter((text) => !/^(?:return|case|if|const)\b/.test(text))
        .map((text) => `${path}: ${text}`)
    })
    expect(texts).toEqual([])
  })

  test('write no style into markup and no markup from text, which the policy of the page would refuse', () => {
    const refused = sources.filter(({ path }) =>
      /dangerouslySetInnerHTML|\.innerHTML|insertAdjacentHTML|\beval\(|setAttribute\('style'/.test(
        readFileSync(join(SRC, path), 'utf8'),
      ),
    )
    expect(refused.map(({ path }) => path)).toEqual([])
  })

  test('keep no token in any storage', () => {
    const keeping = sources.filter(({ path }) =>
      /(?:setItem|kept\.set)\([^)]*(?:token|refresh)/i.test(readFileSync(join(SRC, path), 'utf8')),
    )
    expect(keeping.map(({ path }) => path)).toEqual([])
  })
})
