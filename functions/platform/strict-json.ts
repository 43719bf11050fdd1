/**
 * Reads a JSON body without the three things `JSON.parse` forgives in silence: a key given twice, numbers that a double
 * cannot hold, and text that is not Unicode. Nesting is bounded.
 */
import { type FieldError, Refusal, refuseFields } from './problem.ts'
import { pointer } from './validation.ts'

const DEPTH_MAX = 32
const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\]:,]|[^\s{}[\]:,"]+/g

/** @throws Refusal `malformed_text`, `malformed_json`, `too_deep`, `duplicate_key`, `out_of_range`, `unknown_field` */
export function parseStrictJson(bytes: Uint8Array): unknown {
  const text = decode(bytes)
  const depth = depthOf(text)
  if (depth > DEPTH_MAX) throw new Refusal('too_deep')
  const value = parse(text)
  const errors = scan(text)
  if (hasIllFormedText(value)) throw new Refusal('malformed_text')
  if (errors.length > 0) throw refuseFields(errors)
  return value
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (error) {
    if (error instanceof TypeError) throw new Refusal('malformed_text')
    throw error
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) throw new Refusal('malformed_json')
    throw error
  }
}

/** Measured before parsing, so that a hostile depth never reaches a recursive parser. */
function depthOf(text: string): number {
  let depth = 0
  let deepest = 0
  for (const [token] of text.matchAll(TOKEN)) {
    if (token === '{' || token === '[') deepest = Math.max(deepest, ++depth)
    else if (token === '}' || token === ']') depth -= 1
  }
  return deepest
}

type Frame = { readonly seen?: Set<string>; step: string | number; isKeyNext: boolean }

/**
 * Walks text that is known to be valid JSON. @returns the numbers that cannot be held exactly, and the fields that no
 * schema sees because their name is that of every object's prototype.
 */
function scan(text: string): FieldError[] {
  const frames: Frame[] = []
  const errors: FieldError[] = []
  for (const [token] of text.matchAll(TOKEN)) {
    const top = frames.at(-1)
    if (token === '{') frames.push({ seen: new Set(), step: '', isKeyNext: true })
    else if (token === '[') frames.push({ step: 0, isKeyNext: false })
    else if (token === '}' || token === ']') frames.pop()
    else if (token === ',') advance(top)
    else if (token === ':') continue
    else if (top?.seen && top.isKeyNext) {
      takeKey(top, top.seen, JSON.parse(token) as string)
      if (top.step === '__proto__')
        errors.push({ pointer: pointer(frames.map((frame) => frame.step)), code: 'unknown_field' })
    } else if (/^[-\d]/.test(token) && !isExact(token)) {
      errors.push({ pointer: pointer(frames.map((frame) => frame.step)), code: 'out_of_range' })
    }
  }
  return errors
}

function advance(frame: Frame | undefined): void {
  if (frame === undefined) return
  if (typeof frame.step === 'number') frame.step += 1
  else frame.isKeyNext = true
}

function takeKey(frame: Frame, seen: Set<string>, key: string): void {
  if (seen.has(key)) throw new Refusal('duplicate_key', { params: { key: key.slice(0, 64) } })
  seen.add(key)
  frame.step = key
  frame.isKeyNext = false
}

/**
 * Fractions are left to the schemas; whole numbers must lie where doubles count by ones, and a fraction must not become
 * whole by being held.
 */
function isExact(token: string): boolean {
  const value = Number(token)
  if (Math.abs(value) > Number.MAX_SAFE_INTEGER) return false
  return !Number.isInteger(value) || isWhole(token)
}

/** `1.50e1` is whole, `1.0000000000000000001` and `1e-400` are not. */
function isWhole(token: string): boolean {
  const [, digits = '', fraction = '', exponent = '0'] = /^-?(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(token) ?? []
  const significant = (digits + fraction).replace(/0+$/, '')
  const trailingZeros = digits.length + fraction.length - significant.length
  return /^0*$/.test(significant) || Number(exponent) + trailingZeros >= fraction.length
}

/** NUL and halves of surrogate pairs, which JSON can spell with escapes. */
function hasIllFormedText(value: unknown): boolean {
  if (typeof value === 'string') return !value.isWellFormed() || value.includes('\u0000')
  if (Array.isArray(value)) return value.some(hasIllFormedText)
  if (typeof value !== 'object' || value === null) return false
  return Object.entries(value).some(([key, item]) => hasIllFormedText(key) || hasIllFormedText(item))
}
