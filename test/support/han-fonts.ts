/**
 * Chinese letters for a browser that has none. Without them text has no width, so neither a screenshot nor a check of
 * overflow would prove anything. Served under the page's own origin, because its policy allows no other.
 */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { BrowserContext } from 'playwright-core'

const FACES = { tc: '@fontsource/noto-sans-tc', sc: '@fontsource/noto-sans-sc' } as const
const WEIGHTS = ['400', '500', '600', '700'] as const

const PATH = /\/__fonts\/(tc|sc)\/(?:(all)\.css|files\/([\w.-]+\.woff2))$/

/** Every page of the context gets the sheets by a link, as a page of ours would. */
export async function serveHanFonts(context: BrowserContext): Promise<void> {
  await context.route('**/__fonts/**', async (route) => {
    const [, face, sheet, file] = PATH.exec(new URL(route.request().url()).pathname) ?? []
    if (face !== 'tc' && face !== 'sc') return route.fulfill({ status: 404 })
    if (sheet !== undefined) return route.fulfill({ contentType: 'text/css', body: sheetOf(face) })
    return route.fulfill({ contentType: 'font/woff2', body: readFileSync(join(folderOf(face), 'files', file ?? '')) })
  })
  await context.addInitScript(() => {
    const add = () => {
      for (const face of ['tc', 'sc']) {
        const link = document.createElement('link')
        link.rel = 'stylesheet'
        link.href = `/__fonts/${face}/all.css`
        document.head.append(link)
      }
    }
    if (document.head === null) document.addEventListener('DOMContentLoaded', add)
    else add()
  })
}

function sheetOf(face: keyof typeof FACES): string {
  return WEIGHTS.map((weight) => readFileSync(join(folderOf(face), `${weight}.css`), 'utf8')).join('\n')
}

function folderOf(face: keyof typeof FACES): string {
  return dirname(createRequire(import.meta.url).resolve(`${FACES[face]}/400.css`))
}
