/**
 * The lock installs the same everywhere: it names no host, misses no entry that `npm ci` will ask for, and lets nobody run
 * a script at installation who is not on the list. `npm install` forgives all of this in silence; `npm ci` refuses it late.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'

type Dependencies = Readonly<Record<string, string>>
type Entry = {
  readonly version?: string
  readonly resolved?: string
  readonly integrity?: string
  readonly hasInstallScript?: boolean
  readonly inBundle?: boolean
  readonly link?: boolean
  readonly license?: string
  readonly dev?: boolean
  readonly dependencies?: Dependencies
  readonly devDependencies?: Dependencies
  readonly optionalDependencies?: Dependencies
}
type Lock = { readonly packages: Readonly<Record<string, Entry>> }
type Manifest = Pick<Entry, 'dependencies' | 'devDependencies' | 'optionalDependencies'> & {
  readonly allowScripts?: Readonly<Record<string, boolean>>
  readonly scripts?: Readonly<Record<string, string>>
}

function read<T>(file: string): T {
  return JSON.parse(readFileSync(join(import.meta.dirname, '..', file), 'utf8')) as T
}

const LOCK = read<Lock>('package-lock.json')
const MANIFEST = read<Manifest>('package.json')

/** Where Node would find a package: beside the one that asks, or beside one of its parents. */
function isFound({ packages }: Lock, from: string, name: string): boolean {
  for (let folder = from; ; ) {
    if (packages[`${folder}${folder === '' ? '' : '/'}node_modules/${name}`] !== undefined) return true
    if (folder === '') return false
    folder = folder.slice(0, Math.max(0, folder.lastIndexOf('node_modules/') - 1))
  }
}

function missingEntries(lock: Lock): string[] {
  return Object.entries(lock.packages).flatMap(([path, { dependencies, optionalDependencies }]) =>
    Object.keys({ ...dependencies, ...optionalDependencies })
      .filter((name) => !isFound(lock, path, name))
      .map((name) => `${path || 'package.json'} wants ${name}`),
  )
}

function unverified(lock: Lock): string[] {
  return Object.entries(lock.packages)
    .filter(([path, entry]) => path !== '' && !entry.inBundle && !entry.integrity)
    .map(([path]) => path)
}

function namingHosts(lock: Lock): string[] {
  return Object.entries(lock.packages)
    .filter(([, entry]) => entry.resolved !== undefined || entry.link === true)
    .map(([path]) => path)
}

function runningScripts(lock: Lock, allowed: Manifest['allowScripts'] = {}): string[] {
  return Object.entries(lock.packages)
    .filter(([path, entry]) => entry.hasInstallScript && !allowed[path.split('node_modules/').at(-1) ?? ''])
    .map(([path]) => path)
}

const EXACT = /^\d+\.\d+\.\d+(-[\w.]+)?$/

function inexact({ dependencies, devDependencies, optionalDependencies }: Manifest): string[] {
  return Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies })
    .filter(([, version]) => !EXACT.test(version))
    .map(([name, version]) => `${name} ${version}`)
}

const LICENCES = ['Apache-2.0', 'MIT', 'MIT-0', 'ISC', '0BSD', 'BSD-2-Clause', 'BSD-3-Clause', 'BlueOak-1.0.0']
/** Fonts lie beside what they show, as they came; nothing of ours becomes theirs. */
const LICENCE_OF_FONTS = 'OFL-1.1'
/** Its terms bind who passes on changed copies of it: a tool that we only run does not touch what we ship. */
const LICENCES_OF_TOOLS = [...LICENCES, 'MPL-2.0']

/** `A OR B` leaves the choice to us. */
function strangeLicences(lock: Lock): string[] {
  return Object.entries(lock.packages)
    .filter(([path, { license = 'none', dev = false }]) => {
      if (path.includes('node_modules/@fontsource')) return license !== LICENCE_OF_FONTS
      const choices = license.replace(/[()]/g, '').split(' OR ')
      return !choices.some((choice) => (dev ? LICENCES_OF_TOOLS : LICENCES).includes(choice))
    })
    .map(([path, { license = 'none' }]) => `${path} ${license}`)
}

describe('package-lock.json', () => {
  test('has an entry for every package that one of its packages names, because npm ci refuses the whole lock for one', () => {
    expect(missingEntries(LOCK)).toEqual([])
  })

  test('names no host and no folder, so that it installs from any registry', () => {
    expect(namingHosts(LOCK)).toEqual([])
  })

  test('has the integrity of every package, so that what was tried is what is installed', () => {
    expect(unverified(LOCK)).toEqual([])
  })

  test('lets only packages of allowScripts run a script at installation, and names esbuild alone', () => {
    expect(runningScripts(LOCK, MANIFEST.allowScripts)).toEqual([])
    expect(MANIFEST.allowScripts).toEqual({ esbuild: true })
  })

  test('agrees with package.json, so that npm ci does not refuse it', () => {
    const { dependencies, devDependencies, optionalDependencies } = LOCK.packages[''] ?? {}
    const { dependencies: d, devDependencies: dev, optionalDependencies: optional } = MANIFEST
    expect({ dependencies, devDependencies, optionalDependencies }).toEqual({
      dependencies: d,
      devDependencies: dev,
      optionalDependencies: optional,
    })
  })

  test('holds only licences that may be combined with Apache-2.0', () => {
    expect(strangeLicences(LOCK)).toEqual([])
  })
})

describe('package.json', () => {
  test('names exact versions, because a range lets an older npm choose an older major in silence', () => {
    expect(inexact(MANIFEST)).toEqual([])
  })

  test('has no scripts that run by themselves before or after others', () => {
    expect(Object.keys(MANIFEST.scripts ?? {}).filter((name) => /^(pre|post)|^install$/.test(name))).toEqual([])
  })
})

describe('a lock that is wrong is found', () => {
  const entry = { version: '1.0.0', integrity: 'sha512-x', license: 'MIT' }

  test('an optional package without an entry, also of a package below', () => {
    const lock = {
      packages: {
        '': { optionalDependencies: { a: '1.0.0' } },
        'node_modules/a': { ...entry, optionalDependencies: { b: '1.0.0', c: '1.0.0' } },
        'node_modules/a/node_modules/c': { ...entry, dependencies: { a: '1.0.0' } },
      },
    }
    expect(missingEntries(lock)).toEqual(['node_modules/a wants b'])
  })

  test('a host, a missing integrity, a script, a licence, a range', () => {
    const lock = {
      packages: {
        '': {},
        'node_modules/a': { ...entry, resolved: 'https://example.com/a.tgz' },
        'node_modules/b': { version: '1.0.0', license: 'MPL-2.0' },
        'node_modules/c': { ...entry, dev: true, license: '(GPL-3.0 OR MPL-2.0)' },
        'node_modules/@c/d': { ...entry, hasInstallScript: true },
        'node_modules/@c/d/node_modules/esbuild': { ...entry, hasInstallScript: true },
      },
    }
    expect(namingHosts(lock)).toEqual(['node_modules/a'])
    expect(unverified(lock)).toEqual(['node_modules/b'])
    expect(runningScripts(lock, { esbuild: true })).toEqual(['node_modules/@c/d'])
    expect(strangeLicences(lock)).toEqual([' none', 'node_modules/b MPL-2.0'])
    expect(
      inexact({ dependencies: { a: '^1.0.0', b: '1.2.3', c: '1.2.3-rc.1' }, devDependencies: { d: 'latest' } }),
    ).toEqual(['a ^1.0.0', 'd latest'])
  })
})
