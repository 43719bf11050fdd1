/**
 * Event patterns, as event source mappings filter with them. An operator that is not built here is refused when the
 * pattern is read, so that no record is ever judged by a rule that was only half understood.
 */
import { isDeepStrictEqual } from 'node:util'
import * as z from 'zod'

export type Matcher = (value: unknown) => boolean

const Scalar = z.union([z.string(), z.number(), z.boolean(), z.null()])
const Rule = z.union([
  Scalar,
  z.strictObject({ prefix: z.string() }),
  z.strictObject({ suffix: z.string() }),
  z.strictObject({ exists: z.boolean() }),
  z.strictObject({ 'anything-but': z.union([Scalar, z.array(Scalar).min(1), z.strictObject({ prefix: z.string() })]) }),
])
type Rule = z.infer<typeof Rule>

/** @throws Error for a pattern that is no JSON object or uses an operator that is not built. */
export function compilePattern(text: string): Matcher {
  return compileObject(JSON.parse(text), '$')
}

function compileObject(pattern: unknown, at: string): Matcher {
  const parsed = z.record(z.string(), z.unknown()).safeParse(pattern)
  if (!parsed.success || Object.keys(parsed.data).length === 0)
    throw new Error(`The pattern at ${at} must be an object`)
  const fields = Object.entries(parsed.data).map(([name, inner]) => {
    if (name.startsWith('$')) throw new Error(`The local run does not know the operator ${name} at ${at}`)
    return { name, matches: compileField(inner, `${at}.${name}`) }
  })
  return (value) => fields.every(({ name, matches }) => matches(fieldOf(value, name)))
}

function compileField(inner: unknown, at: string): Matcher {
  if (!Array.isArray(inner)) {
    const matches = compileObject(inner, at)
    return (value) => (Array.isArray(value) ? value.some(matches) : matches(value))
  }
  if (inner.length === 0) throw new Error(`The pattern at ${at} allows nothing`)
  const rules = inner.map((rule) => {
    const parsed = Rule.safeParse(rule)
    if (!parsed.success) throw new Error(`The local run does not know the rule ${JSON.stringify(rule)} at ${at}`)
    return parsed.data
  })
  return (value) => rules.some((rule) => holds(rule, value))
}

function holds(rule: Rule, value: unknown): boolean {
  if (rule !== null && typeof rule === 'object' && 'exists' in rule) return rule.exists === isLeaf(value)
  if (value === undefined) return false
  const candidates = Array.isArray(value) ? value : [value]
  return candidates.some((candidate) => holdsFor(rule, candidate))
}

function holdsFor(rule: Exclude<Rule, { exists: boolean }>, value: unknown): boolean {
  if (rule === null || typeof rule !== 'object') return value === rule
  if ('prefix' in rule) return typeof value === 'string' && value.startsWith(rule.prefix)
  if ('suffix' in rule) return typeof value === 'string' && value.endsWith(rule.suffix)
  const excluded = rule['anything-but']
  if (Array.isArray(excluded)) return !excluded.some((item) => isDeepStrictEqual(item, value))
  if (excluded !== null && typeof excluded === 'object') {
    return !(typeof value === 'string' && value.startsWith(excluded.prefix))
  }
  return value !== excluded
}

/** `exists` looks at values only, never at objects that hold some. */
function isLeaf(value: unknown): boolean {
  return value !== undefined && (value === null || typeof value !== 'object' || Array.isArray(value))
}

function fieldOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  return Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined
}
