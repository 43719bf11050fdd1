/** The words of the staff page: what a sentence needs is given where it is said, or a cashier reads an id. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import common from '../../../web/src/i18n/messages/shared/en.json' with { type: 'json' }
import en from '../../../web/src/i18n/messages/staff/en.json' with { type: 'json' }

const STAFF = join(import.meta.dirname, '..', '..', '..', 'web', 'src', 'staff')
const MESSAGES: Readonly<Record<string, string>> = { ...common, ...en }

const SOURCES = readdirSync(STAFF, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.tsx?$/.test(name))
  .map((name) => ({ name, text: readFileSync(join(STAFF, name), 'utf8') }))

function variablesOf(message: string): string[] {
  return [...new Set([...message.matchAll(/\{(\w+)[,}]/g)].map(([, name]) => name ?? ''))]
}

type Call = { readonly where: string; readonly id: string; readonly given: string }

/** Each `t('id'…)` with what stands up to its closing bracket. */
function callsIn({ name, text }: (typeof SOURCES)[number]): Call[] {
  return [...text.matchAll(/\bt\('([\w.-]+)'/g)].map((match) => {
    const start = match.index + match[0].length
    return { where: name, id: match[1] ?? '', given: text.slice(start, endOf(text, start)) }
  })
}

function endOf(text: string, start: number): number {
  let depth = 1
  let at = start
  for (; depth > 0 && at < text.length; at += 1) {
    if (text[at] === '(') depth += 1
    if (text[at] === ')') depth -= 1
  }
  return at
}

const CALLS = SOURCES.flatMap(callsIn)

describe('the words of the staff page', () => {
  test('are given every value that they name', () => {
    const lacking = CALLS.filter(({ id, given }) => {
      // A name stands for values that were gathered above it.
      const isGathered = /^, \w+\)/.test(given) || given.includes('...')
      return !isGathered && variablesOf(MESSAGES[id] ?? '').some((name) => !new RegExp(`\\b${name}\\b`).test(given))
    })
    expect(CALLS.length).toBeGreaterThan(100)
    expect(lacking.map(({ where, id }) => `${where}: ${id}`)).toEqual([])
  })

  test('are all said somewhere, so that nobody translates what is gone', () => {
    const all = SOURCES.map(({ text }) => text).join('\n')
    const stems = [...all.matchAll(/`([\w.]+)\.\$\{/g)].map(([, stem]) => `${stem}.`)
    const unsaid = Object.keys(en).filter(
      // What says a shared sentence otherwise at the desk is said where the shared one is.
      (id) => !(id in common) && !all.includes(`'${id}'`) && !stems.some((stem) => id.startsWith(stem)),
    )
    expect(unsaid).toEqual([])
  })
})
