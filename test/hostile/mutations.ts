/**
 * Spoils a valid body at random places: drops, retypes, doubles, blows up, nests and garbles. What comes out is what
 * goes over the wire, and whether it can still be JSON of one value per key.
 */
import type { Chance } from './chance.ts'

/** `body` is what a reader without our limits would understand; absent where no reader may accept the text. */
export type Mutant = { readonly what: string; readonly raw: string | Uint8Array; readonly body?: unknown }

type Place = { readonly parent: Record<string, unknown>; readonly key: string }
/** @returns what was done. */
type Change = (chance: Chance, place: Place, root: Record<string, unknown>) => string

const BODY_MAX_BYTES = 64 * 1024
const OTHERS: readonly unknown[] = [
  ...[
    null,
    true,
    false,
    0,
    1,
    -1,
    1.5,
    -0.1,
    1e21,
    2 ** 53,
    1_000_000_001,
    -1_000_000_001,
    '',
    ' ',
    '0',
    '1',
    'x',
    '\u202e',
  ],
  ...['1e3', '2026-11-23', '2026-11-23T09:00:00Z', 'mem_01J9ZZZZZZZZZZZZZZZZZZZZZZ', 'central', 'GBP', '+442079460001'],
  ...[[], {}, [[]], [null], [1], ['x'], { amount: 1 }, { length: 3 }, { toString: 'x' }, { $gt: '' }],
]
const TEXTS = [
  ...[
    '\u0007',
    '\r\nX: y',
    '\u2028',
    '\ufeff',
    '\uffff',
    '\u{10ffff}',
    'é'.repeat(5_000),
    'x'.repeat(10_000),
    "' OR 1=1--",
  ],
  ...[
    '<img src=x onerror=alert(1)>',
    '../../etc/passwd',
    '%00',
    '#',
    '{{7*7}}',
    '𝕏'.repeat(40),
    'A#mem',
    'null',
    'constructor',
  ],
]
const KEYS = [
  'x',
  '__proto__',
  'constructor',
  'memberId',
  'points',
  'storeId',
  'amount',
  'ifMatch',
  'toJSON',
  '',
  '$ref',
  '0',
]
const NUMBERS = ['-0', '1e3', '10.0', '1E-7', '5e-1', '1000000001', '1e21']
const INEXACT = ['1e400', '-1e400', '9007199254740993', '1.0000000000000000001', '123456789012345678901', '1e-400']
const NOT_NUMBERS = ['NaN', 'Infinity', '0x1', '01', '+1', '.5', '1.', 'undefined', '-', "'1'"]
const BAD_ESCAPES = ['\\ud800', '\\udfff\\ud800', '\\u0000', 'a\\u0000b']

const CHANGES: readonly Change[] = [
  (_, { parent, key }) => {
    delete parent[key]
    return `drops ${key}`
  },
  (chance, { parent, key }) => {
    parent[key] = structuredClone(chance.pick(OTHERS))
    return `${key} becomes ${JSON.stringify(parent[key])}`
  },
  (chance, { parent, key }) => {
    parent[key] = chance.pick(TEXTS)
    return `${key} becomes a text of ${String(parent[key]).length}`
  },
  (chance, { parent, key }) => {
    parent[key] = typeof parent[key] === 'number' ? -parent[key] : -chance.below(1_000)
    return `${key} becomes ${parent[key]}`
  },
  (chance, { parent, key }) => {
    parent[key] = chance.below(1_000) + 0.25
    return `${key} becomes ${parent[key]}`
  },
  (chance, { parent, key }) => {
    const levels = 1 + chance.below(40)
    for (let level = 0; level < levels; level += 1)
      parent[key] = chance.below(2) === 0 ? [parent[key]] : { [key]: parent[key] }
    return `wraps ${key} ${levels} times`
  },
  (chance, { parent }) => {
    const key = chance.pick(KEYS)
    Object.defineProperty(parent, key, {
      value: chance.pick(OTHERS),
      enumerable: true,
      configurable: true,
      writable: true,
    })
    return `adds ${key}`
  },
  (chance, { parent, key }) => {
    parent[key] = Array.from({ length: chance.pick([2, 11, 501, 2_000]) }, () => structuredClone(parent[key]))
    return `repeats ${key} in a list`
  },
  (chance, { parent, key }, root) => {
    const value = parent[key]
    delete parent[key]
    root[chance.pick(KEYS.slice(3))] = value
    return `moves ${key}`
  },
  (chance, { parent, key }) => {
    const text = String(parent[key])
    const at = chance.below(text.length + 1)
    parent[key] =
      `${text.slice(0, at)}${chance.pick(['0', ' ', '-', 'Z', 'é', '\u0301'])}${text.slice(at + chance.below(2))}`
    return `${key} becomes ${JSON.stringify(parent[key])}`
  },
]

type Garbled = { readonly what: string; readonly raw: string | Uint8Array; readonly isBroken?: boolean }

/** Done to the text; what the reader makes of it is for the reader to say, unless no reader may take it. */
const GARBLES: readonly ((chance: Chance, text: string, key: string) => Garbled)[] = [
  (chance, text, key) => spelled(text, key, chance.pick(NUMBERS)),
  (chance, text, key) => broken(text, spelled(text, key, chance.pick([...INEXACT, ...NOT_NUMBERS]))),
  (chance, text, key) => broken(text, spelled(text, key, `"${chance.pick(BAD_ESCAPES)}"`)),
  (_, text, key) => {
    const raw = text.replace(`"${key}":`, () => `"${key}":1,"${key}":`)
    return broken(text, { what: `doubles ${key}`, raw })
  },
  (chance, text) => ({ what: 'cuts', raw: text.slice(0, chance.below(text.length)) }),
  (chance, text) => ({ what: 'pads', raw: text.padEnd(BODY_MAX_BYTES - 1 + chance.below(3)) }),
  (chance, text) => {
    const bytes = Buffer.from(text)
    for (let flips = 1 + chance.below(3); flips > 0; flips -= 1) bytes[chance.below(bytes.length)] = chance.below(256)
    return { what: 'flips bytes', raw: bytes }
  },
]

function spelled(text: string, key: string, value: string): Garbled {
  const field = new RegExp(`"${key.replace(/[^a-z0-9]/gi, '\\$&')}":("[^"]*"|-?[0-9.]+|true|false|null)`)
  return { what: `${key} = ${value}`, raw: text.replace(field, () => `"${key}":${value}`) }
}

function broken(text: string, garbled: Garbled): Garbled {
  return { ...garbled, isBroken: garbled.raw !== text }
}

export function mutantOf(chance: Chance, valid: unknown): Mutant {
  const body = structuredClone(valid) as Record<string, unknown>
  const places = placesOf(body)
  if (chance.below(4) === 0) {
    const key = places.length > 0 ? chance.pick(places).key : 'x'
    const { what, raw, isBroken } = chance.pick(GARBLES)(chance, JSON.stringify(valid), key)
    return { what, raw, ...(isBroken !== true && { body: understood(raw) }) }
  }
  const what: string[] = []
  for (let changes = 1 + chance.below(2); changes > 0; changes -= 1) {
    const change = chance.pick(CHANGES)
    const left = placesOf(body)
    what.push(change(chance, left.length > 0 ? chance.pick(left) : { parent: body, key: 'x' }, body))
  }
  const raw = JSON.stringify(body)
  return { what: what.join(', '), raw, body: understood(raw) }
}

function placesOf(value: unknown): Place[] {
  if (typeof value !== 'object' || value === null) return []
  const parent = value as Record<string, unknown>
  return Object.keys(parent).flatMap((key) => [{ parent, key }, ...placesOf(parent[key])])
}

/** What is left for a schema to judge, or undefined for what must never reach one. */
function understood(raw: string | Uint8Array): unknown {
  const bytes = Buffer.from(raw)
  const text = bytes.toString('utf8')
  if (bytes.length > BODY_MAX_BYTES || !Buffer.from(text).equals(bytes) || text.includes('"__proto__":'))
    return undefined
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
