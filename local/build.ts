/**
 * Bundles every function in one call, as it is deployed: what the tests and the local run execute is what runs. Skipped
 * when nothing that goes into a bundle has changed.
 */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type BuildFailure, type BuildOptions, build as bundle, formatMessages, stop as stopCompiler } from 'esbuild'
import * as z from 'zod'
import { FUNCTION_ENV } from '../functions/platform/env.ts'
import { withFileLock } from './file-lock.ts'
import { leftOut } from './left-out.ts'
import { endWith, Remedy } from './remedy.ts'
import { readIfSound, writeState } from './state.ts'

export const ROOT = join(import.meta.dirname, '..')
const DIST = join(ROOT, 'dist')
const STAMP = join(DIST, 'build.json')
/** The built pages. */
export const WEB_DIST = join(DIST, 'web')
const NAMES = Object.keys(FUNCTION_ENV)

const Stamp = z.object({ inputs: z.string(), outputs: z.string() })

/** `require` for the parts of the SDK that are not modules yet. */
const BANNER = "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);"

/** How whatever runs in Lambda is bundled. */
export const BUNDLING = {
  bundle: true,
  minify: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  mainFields: ['module', 'main'],
  metafile: true,
  legalComments: 'none',
  banner: { js: BANNER },
  logLevel: 'silent',
  write: false,
  plugins: [leftOut],
} satisfies BuildOptions

/** Every function by the place of its bundle. */
export const ENTRIES: Readonly<Record<string, string>> = Object.fromEntries(
  NAMES.map((name) => [`${name}/index`, join(ROOT, 'functions', 'entry', `${name}.ts`)]),
)

/** @returns whether anything had to be built. @throws Remedy with the compiler's message when a source is broken. */
export function build(): Promise<boolean> {
  return withFileLock(join(DIST, 'build.lock'), buildHeld)
}

/** Whether the bundles are those of the present sources. */
export function isBuilt(inputs: string = inputsHash()): boolean {
  const stamp = readIfSound(STAMP, Stamp)
  const paths = NAMES.map(bundlePath)
  return stamp?.inputs === inputs && paths.every((path) => existsSync(path)) && stamp.outputs === hashOf(paths)
}

/** `build` for somebody who already holds `dist/build.lock`. */
export async function buildHeld(): Promise<boolean> {
  const inputs = inputsHash()
  if (isBuilt(inputs)) return false
  rmSync(STAMP, { force: true })
  const result = await bundle({
    ...BUNDLING,
    entryPoints: ENTRIES,
    outdir: join(DIST, 'functions'),
    outExtension: { '.js': '.mjs' },
    sourcemap: 'external',
  }).catch(explain)
  for (const { path, contents } of result.outputFiles) write(placeOf(path), contents)
  write(join(DIST, 'meta.json'), JSON.stringify(result.metafile))
  writeState(STAMP, { inputs, outputs: hashOf(NAMES.map(bundlePath)) })
  // Its process would stay, with all that it knows of our sources, for as long as this one.
  await stopCompiler()
  return true
}

function inputsHash(): string {
  const ways = [import.meta.filename, join(import.meta.dirname, 'left-out.ts')]
  return hashOf([join(ROOT, 'functions'), join(ROOT, 'package-lock.json'), ...ways])
}

function bundlePath(name: string): string {
  return join(DIST, 'functions', name, 'index.mjs')
}

/** Maps lie outside the folder of the function: they are for us and would be deployed with it. */
function placeOf(path: string): string {
  return path.endsWith('.map') ? path.replace(join(DIST, 'functions'), join(DIST, 'maps')) : path
}

function write(path: string, contents: string | Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, contents)
}

async function explain(error: BuildFailure): Promise<never> {
  if (!Array.isArray(error.errors)) throw error
  const messages = await formatMessages(error.errors.slice(0, 5), { kind: 'error', color: process.stderr.isTTY })
  throw new Remedy(messages.join('').trimEnd())
}

/** One digest over files and over the sources in folders. */
export function hashOf(paths: readonly string[]): string {
  const hash = createHash('sha256')
  for (const path of paths.flatMap(filesOf)) hash.update(path).update('\0').update(readFileSync(path)).update('\0')
  return hash.digest('hex')
}

function filesOf(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path]
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(ts|mjs|json)$/.test(name))
    .sort()
    .map((name) => join(path, name))
}

if (import.meta.main) {
  const started = performance.now()
  build().then((hasBuilt) => {
    const seconds = ((performance.now() - started) / 1000).toFixed(1)
    console.log(hasBuilt ? `built ${NAMES.join(', ')} in ${seconds} s` : `${NAMES.join(', ')} are up to date`)
  }, endWith)
}
