/**
 * Builds the pages as they are served: each area, then its service worker with the list of what it keeps, then the size
 * table, which fails the build where a budget is passed. Skipped when nothing that goes into a page has changed.
 */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import * as z from 'zod'
import { withFileLock } from '../local/file-lock.ts'
import { endWith, Remedy } from '../local/remedy.ts'
import { readIfSound, writeState } from '../local/state.ts'
import { AREAS, type Area, BASE, outputOf, pageConfig, workerConfig } from './area.ts'
import { Manifest, printSizes, sizesOf, tooLarge } from './sizes.ts'

const ROOT = join(import.meta.dirname, '..')
const DIST = join(ROOT, 'dist')
const STAMP = join(DIST, 'web.json')

const Stamp = z.object({ inputs: z.string(), outputs: z.string() })

/** What pages are made of besides `web/`: pure values that both ends share. */
const INPUTS = ['web', 'package-lock.json', 'functions/shared', 'functions/members/card-number.ts']

/** @returns whether anything had to be built. @throws Remedy when a page is larger than its budget. */
export function buildWeb(): Promise<boolean> {
  return withFileLock(join(DIST, 'web.lock'), async () => {
    const inputs = hashOf(INPUTS.map((path) => join(ROOT, path)))
    if (isWebBuilt(inputs)) return false
    rmSync(STAMP, { force: true })
    // Vite believes what it inherits, and a run that a test starts would serve React's slow, large twin.
    process.env.NODE_ENV = 'production'
    // Loaded only when there is something to build: a start where nothing has changed stays quick.
    const { build } = await import('vite')
    for (const area of AREAS) await buildArea(area, build)
    const excess = AREAS.flatMap((area) => tooLarge(area, sizesOf(outputOf(area), manifestOf(area))))
    if (excess.length > 0) throw new Remedy(excess.join('\n'))
    writeState(STAMP, { inputs, outputs: hashOf([outputOf('member')]) })
    return true
  })
}

function isWebBuilt(inputs: string): boolean {
  const stamp = readIfSound(STAMP, Stamp)
  const output = outputOf('member')
  return stamp?.inputs === inputs && existsSync(output) && stamp.outputs === hashOf([output])
}

async function buildArea(area: Area, build: typeof import('vite')['build']): Promise<void> {
  await build(pageConfig(area))
  // What is deployed is the folder as it lies; the list of chunks is for us.
  mkdirSync(join(DIST, 'web-manifests'), { recursive: true })
  renameSync(join(outputOf(area), '.vite', 'manifest.json'), manifestPath(area))
  rmSync(join(outputOf(area), '.vite'), { recursive: true })
  await build(workerConfig(area, precacheOf(area)))
}

function manifestPath(area: Area): string {
  return join(DIST, 'web-manifests', `${area}.json`)
}

function manifestOf(area: Area): Manifest {
  return Manifest.parse(JSON.parse(readFileSync(manifestPath(area), 'utf8')))
}

/** Exactly the files of this area; those whose name carries a hash need no revision. What is large waits for its use. */
function precacheOf(area: Area) {
  const output = outputOf(area)
  const others = AREAS.filter((other) => other !== area).map((other) => outputOf(other))
  return filesOf(output)
    .filter(
      (path) =>
        !/\.(wasm|map)$/.test(path) &&
        !others.some((other) => path.startsWith(`${other}/`) && other.length > output.length),
    )
    .map((path) => {
      const url = `${BASE[area]}${relative(output, path).replace(/^index\.html$/, '')}`
      return { url, revision: /\/assets\//.test(url) ? null : hashOf([path]).slice(0, 16) }
    })
}

function hashOf(paths: readonly string[]): string {
  const hash = createHash('sha256')
  for (const path of paths.flatMap(filesOf)) hash.update(path).update('\0').update(readFileSync(path)).update('\0')
  return hash.digest('hex')
}

function filesOf(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path]
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .sort()
    .map((name) => join(path, name))
    .filter((file) => statSync(file).isFile())
}

if (import.meta.main) {
  buildWeb().then((hasBuilt) => {
    console.log(hasBuilt ? 'built the pages' : 'the pages are up to date')
    for (const area of AREAS) printSizes(area, sizesOf(outputOf(area), manifestOf(area)))
  }, endWith)
}
