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
import { writeHanFonts } from './han-fonts.ts'

const run = promisify(execFile)

export type Binary = { readonly path: string; readonly env: Readonly<Record<string, string>> }

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'] as const
const PACKAGE = '@sparticuz/chromium'

/** @throws naming the three remedies */
export async function chromiumBinary(): Promise<Binary> {
  const fonts = await fontFolder()
  const named = process.env.CHROMIUM_PATH
  if (named !== undefined) return { path: named, env: fonts }
  if (process.platform === 'linux' && process.arch === 'x64') return unpacked(fonts)
  const folders = (process.env.PATH ?? '').split(delimiter)
  const found = NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable)
  if (found !== undefined) return { path: found, env: fonts }
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
async function unpacked(fonts: Binary['env']): Promise<Binary> {
  const folder = unpackedFolder()
  await once(folder, async () => {
    const script = `import chromium from '${PACKAGE}'; await chromium.executablePath()`
    const env = { ...process.env, TMPDIR: folder, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x' }
    await run(process.execPath, ['--input-type=module', '--eval', script], { env, cwd: import.meta.dirname })
  })
  return { path: join(folder, 'chromium'), env: { ...fonts, LD_LIBRARY_PATH: join(folder, 'al2023', 'lib') } }
}

/** Latin of the package or the system, and Chinese in any case; a browser that finds no font at all ends itself. */
async function fontFolder(): Promise<Binary['env']> {
  const folder = join(tmpdir(), `revisit-fonts-${versionOf('@fontsource/noto-sans-tc')}`)
  await once(folder, async () => {
    writeHanFonts(folder)
    writeFileSync(join(folder, 'fonts.conf'), fontconfig(folder))
  })
  return { FONTCONFIG_FILE: join(folder, 'fonts.conf') }
}

/** The letters of a page without its own face are those of a plain sans serif, whatever the machine has. */
function fontconfig(folder: string): string {
  const folders = [unpackedFolder(), '/usr/share/fonts', '/usr/local/share/fonts', folder]
  const aliases = ['sans-serif', 'system-ui'].map(
    (name) =>
      `<alias binding="strong"><family>${name}</family><prefer><family>Open Sans</family><family>DejaVu Sans</family></prefer></alias>`,
  )
  return [
    '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>',
    ...folders.map((path) => `<dir>${path}</dir>`),
    ...aliases,
    ...Object.entries(FAMILIES).map(([file, face]) => known(file, face)),
    `<cachedir>${folder}/cache</cachedir></fontconfig>`,
  ].join('\n')
}

const FAMILIES = {
  'noto-sans-tc-chinese': { family: 'Noto Sans TC', languages: ['zh-tw', 'zh-hk', 'zh-mo'] },
  'noto-sans-tc-119': { family: 'Noto Sans CJK TC', languages: ['zh-tw', 'zh-hk', 'zh-mo'] },
  'noto-sans-sc': { family: 'Noto Sans SC', languages: ['zh-cn', 'zh-sg'] },
}

/**
 * Cut out of a face of all weights, the files call themselves by its thinnest, whatever theirs is. The slice of punctuation
 * takes the name that pages ask for next, because a family is one file to the browser.
 */
function known(file: string, { family, languages }: (typeof FAMILIES)[keyof typeof FAMILIES]): string {
  const edit = (name: string, values: readonly string[]) =>
    `<edit name="${name}" mode="assign_replace">${values.map((value) => `<string>${value}</string>`).join('')}</edit>`
  const test = `<test name="file" compare="contains"><string>${file}</string></test>`
  return `<match target="scan">${test}${edit('family', [family])}${edit('lang', languages)}</match>`
}

function unpackedFolder(): string {
  return join(tmpdir(), `revisit-chromium-${versionOf(PACKAGE)}`)
}

/** Makes a folder whole or not at all: what a process that died left behind is made anew. */
async function once(folder: string, make: () => Promise<void>): Promise<void> {
  const complete = join(folder, 'complete')
  await withFileLock(`${folder}.lock`, async () => {
    if (existsSync(complete)) return
    rmSync(folder, { recursive: true, force: true })
    mkdirSync(folder, { recursive: true })
    await make()
    writeFileSync(complete, '')
  })
}

function versionOf(name: string): string {
  const entry = createRequire(import.meta.url).resolve(name)
  const manifest = readFileSync(join(entry.slice(0, entry.indexOf(name) + name.length), 'package.json'), 'utf8')
  return String(JSON.parse(manifest).version)
}
