/** What a page costs to load, against its budget in KB of gzip: the first load is what a person waits for. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import * as z from 'zod'
import type { Area } from './area.ts'

/** The part of Vite's manifest that is read. */
const Chunk = z.object({
  file: z.string(),
  isEntry: z.boolean().optional(),
  isDynamicEntry: z.boolean().optional(),
  imports: z.array(z.string()).optional(),
  css: z.array(z.string()).optional(),
})
export const Manifest = z.record(z.string(), Chunk)
export type Manifest = z.infer<typeof Manifest>

export type Sizes = {
  readonly first: number
  readonly css: number
  readonly all: number
  readonly later: readonly Later[]
}
type Later = { readonly name: string; readonly kb: number }

type Budget = { readonly first: number; readonly css: number; readonly all: number; readonly each: number }

/** `each` is the most that one part loaded later may weigh; the camera's reader is the only one that comes near it. */
export const BUDGETS: Readonly<Record<Area, Budget>> = {
  member: { first: 100, css: 12, all: 160, each: 14 },
  staff: { first: 250, css: 25, all: 340, each: 40 },
}

export function sizesOf(folder: string, manifest: Manifest): Sizes {
  const scripts = [...new Set(Object.values(manifest).map(({ file }) => file))].filter((file) => file.endsWith('.js'))
  const entry = Object.keys(manifest).filter((key) => manifest[key]?.isEntry === true)
  const first = new Set(entry.flatMap((key) => staticFiles(manifest, key)))
  const styles = new Set(Object.values(manifest).flatMap(({ css = [] }) => css))
  const kb = (file: string) => gzipSync(readFileSync(join(folder, file)), { level: 9 }).byteLength / 1024
  const sum = (files: Iterable<string>) => [...files].reduce((total, file) => total + kb(file), 0)
  return {
    first: sum(first),
    css: sum(styles),
    all: sum(scripts.filter((file) => !isOtherLanguage(manifest, file))),
    later: scripts.filter((file) => !first.has(file)).map((file) => ({ name: file, kb: kb(file) })),
  }
}

/** Nobody reads three languages: only the largest of a page counts among all that it may load. Chinese is larger than English. */
function isOtherLanguage(manifest: Manifest, file: string): boolean {
  const key = Object.keys(manifest).find((name) => manifest[name]?.file === file) ?? ''
  return /\/messages\/\w+\/(?!zh-Hans\.)/.test(key)
}

/** An entry and everything that it imports before it runs. */
function staticFiles(manifest: Manifest, key: string, seen = new Set<string>()): string[] {
  const chunk = manifest[key]
  if (chunk === undefined || seen.has(key)) return []
  seen.add(key)
  return [chunk.file, ...(chunk.imports ?? []).flatMap((next) => staticFiles(manifest, next, seen))]
}

/** @returns one sentence for each budget that is passed. */
export function tooLarge(area: Area, sizes: Sizes): string[] {
  const budget = BUDGETS[area]
  const parts = (['first', 'css', 'all'] as const).map((name) => ({ name, kb: sizes[name], most: budget[name] }))
  const later = sizes.later.map(({ name, kb }) => ({ name, kb, most: budget.each }))
  return [...parts, ...later]
    .filter(({ kb, most }) => kb > most)
    .map(({ name, kb, most }) => `The ${area} page: ${name} is ${kb.toFixed(1)} KB, at most ${most} KB.`)
}

export function printSizes(area: Area, { first, css, all, later }: Sizes): void {
  const budget = BUDGETS[area]
  const biggest = later.toSorted((a, b) => b.kb - a.kb)[0]
  const row = (name: string, kb: number, most: number) => `${name} ${kb.toFixed(1)} of ${most} KB`
  const parts = [
    row('first load', first, budget.first),
    row('css', css, budget.css),
    row('all scripts', all, budget.all),
  ]
  console.log(`${area}: ${parts.join(' · ')}${biggest ? ` · largest later part ${biggest.kb.toFixed(1)} KB` : ''}`)
}
