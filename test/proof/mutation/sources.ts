/** The conditions that the sources of the product spell out, so that one which no story ever meets is not overlooked. */
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'

const ROOT = join(import.meta.dirname, '..', '..', '..')

export type Spelled = { readonly place: string; readonly text: string; readonly pattern: RegExp }

/** @throws for a condition that is not written out where it is used */
export function spelledIn(source: string, file: string): Spelled[] {
  return [...source.matchAll(/(?<!Key)\bConditionExpression\??:\s*(.)/g)].flatMap((match) => {
    const [whole, quote = ''] = match
    const start = match.index + whole.length
    const line = source.slice(0, start).split('\n').length
    const end = source.indexOf(quote, start)
    if (!["'", '`'].includes(quote) || end < 0)
      throw new Error(`${file}:${line} has a condition that is not written out`)
    return alternatives(source.slice(start, end)).map((text) => ({
      place: `${file}:${line}`,
      text,
      pattern: patternOf(text),
    }))
  })
}

/** A choice between two texts inside a template is two conditions. */
function alternatives(text: string): string[] {
  const choice = /\$\{[^}]*\? '([^']*)' : '([^']*)'\}/.exec(text)
  if (choice === null) return [text]
  return [choice[1], choice[2]].flatMap((part) => alternatives(text.replace(choice[0], part ?? '')))
}

/** What a template fills in may be anything. */
function patternOf(text: string): RegExp {
  const parts = text.split(/\$\{[^}]*\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${parts.join('.*')}$`)
}

export function allSpelled(): Spelled[] {
  const folder = join(ROOT, 'functions')
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .flatMap((name) => {
      const path = join(folder, name)
      return spelledIn(readFileSync(path, 'utf8'), relative(ROOT, path))
    })
}
