/**
 * The one description of how a page is built: area in, Vite configuration out. Each area is a build of its own, so that
 * a member's phone never meets a chunk of the desk, and nothing of an environment is baked in.
 */
import { createRequire } from 'node:module'
import { join } from 'node:path'
import react from '@vitejs/plugin-react'
import type { InlineConfig } from 'vite'
import { compiledMessages } from './messages.ts'

export const AREAS = ['member', 'staff'] as const
export type Area = (typeof AREAS)[number]

const WEB = import.meta.dirname
const DIST = join(WEB, '..', 'dist', 'web')

/** Where an area is served from, and where its files are written. */
export const BASE: Readonly<Record<Area, string>> = { member: '/', staff: '/staff/' }

export function outputOf(area: Area): string {
  return area === 'member' ? DIST : join(DIST, area)
}

/** The page itself, or its service worker, which is built after it and precaches what the first build made. */
export function pageConfig(area: Area): InlineConfig {
  return {
    ...common(area),
    plugins: [react(), compiledMessages()],
    build: {
      ...BUILD,
      outDir: outputOf(area),
      emptyOutDir: area === 'member',
      manifest: true,
    },
  }
}

export function workerConfig(area: Area, precache: readonly { url: string; revision: string | null }[]): InlineConfig {
  return {
    ...common(area),
    publicDir: false,
    define: { 'self.__PRECACHE': JSON.stringify(precache), 'process.env.NODE_ENV': '"production"' },
    build: {
      ...BUILD,
      outDir: outputOf(area),
      emptyOutDir: false,
      rolldownOptions: {
        input: join(WEB, 'src', 'sw', `${area}.ts`),
        output: { entryFileNames: 'worker.js', format: 'iife' },
      },
    },
  }
}

/** Inlined assets and the polyfill's inline script would be refused by the page's own policy. */
const BUILD = {
  target: 'es2022',
  assetsInlineLimit: 0,
  modulePreload: { polyfill: false },
  reportCompressedSize: false,
} satisfies InlineConfig['build']

function common(area: Area): InlineConfig {
  return {
    configFile: false,
    root: join(WEB, 'src', area),
    publicDir: join(WEB, 'public', area),
    base: BASE[area],
    logLevel: 'warn',
    json: { namedExports: false, stringify: true },
    resolve: { alias: { '@formatjs/icu-messageformat-parser': parserlessFormat() } },
  }
}

/** Messages are compiled when the page is built, so the page needs no parser: 7 KB instead of 23. */
function parserlessFormat(): string {
  const fromReactIntl = createRequire(import.meta.resolve('react-intl'))
  return fromReactIntl.resolve('@formatjs/icu-messageformat-parser').replace(/index\.js$/, 'no-parser.js')
}
