/**
 * Finds a Chromium: the one named, the one of the package, one on PATH, else says what to do. It is never skipped: a page
 * that no browser has opened is not tested.
 */
import { execFile } from 'node:child_process'
import { accessSync, constants, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { withFileLock } from '../../local/file-lock.ts'

const run = promisify(execFile)

export type Binary = { readonly path: string; readonly env: Readonly<Record<string, string>> }

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'] as const
const PACKAGE = '@sparticuz/chromium'

/** @throws naming the three remedies */
export async function chromiumBinary(): Promise<Binary> {
  const named = process.env.CHROMIUM_PATH
  if (named !== undefined) return { path: named, env: {} }
  if (process.platform === 'linux' && process.arch === 'x64') return unpacked()
  const found = NAMES.flatMap((name) =>
    (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, name)),
  ).find(isExecutable)
  if (found !== undefined) return { path: found, env: {} }
  throw new Error(
    `no Chromium: set CHROMIUM_PATH to one, run on linux-x64 where ${PACKAGE} brings one, or install ${NAMES.join(' or ')}`,
  )
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/**
 * The package unpacks its libraries only together with the binary and only where it believes to be in Lambda. So that is
 * said to a process of its own, in a folder of its own, and the code under test never hears of it.
 */
async function unpacked(): Promise<Binary> {
  const folder = join(tmpdir(), `revisit-chromium-${versionOf(PACKAGE)}`)
  const complete = join(folder, 'complete')
  await withFileLock(`${folder}.lock`, async () => {
    if (existsSync(complete)) return
    rmSync(folder, { recursive: true, force: true })
    mkdirSync(folder, { recursive: true })
    const script = `import chromium from '${PACKAGE}'; await chromium.executablePath()`
    const env = { ...process.env, TMPDIR: folder, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x' }
    await run(process.execPath, ['--input-type=module', '--eval', script], { env, cwd: import.meta.dirname })
    writeFileSync(join(folder, 'fonts', 'fonts.conf'), fontsIn(join(folder, 'fonts')))
    writeFileSync(complete, '')
  })
  return {
    path: join(folder, 'chromium'),
    env: { LD_LIBRARY_PATH: join(folder, 'al2023', 'lib'), FONTCONFIG_PATH: join(folder, 'fonts') },
  }
}

/** The package's own file names the folders of Lambda; a browser that finds no font at all ends itself. */
function fontsIn(folder: string): string {
  return `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig><dir>${folder}</dir><cachedir>${folder}-cache</cachedir></fontconfig>`
}

function versionOf(name: string): string {
  const entry = createRequire(import.meta.url).resolve(name)
  const manifest = readFileSync(join(entry.slice(0, entry.indexOf(name) + name.length), 'package.json'), 'utf8')
  return String(JSON.parse(manifest).version)
}
