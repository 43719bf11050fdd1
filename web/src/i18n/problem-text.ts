/** The sentence for a refusal: its code picks the message, its params fill it, written as the reader writes numbers. */
import type { Params } from '../problem.ts'
import type { Formats } from './formats.ts'
import type { CommonId, Values } from './provider.tsx'

type Tools = {
  readonly t: (id: CommonId, values?: Values) => string
  readonly formats: Formats
  readonly has: (id: string) => boolean
}

type Facts = { readonly code: string; readonly params?: Params }

/** Messages say `{name, select, none {…} other {…}}` for what a refusal may leave out. */
const OPTIONAL = [
  'missing',
  'left',
  'limit',
  'used',
  'until',
  'points',
  'max',
  'at',
  'usedAt',
  'from',
  'tier',
  'storeId',
  'age',
  'per',
  'count',
  'again',
  'needed',
  'available',
] as const

export function problemText({ code, params = {} }: Facts, { t, formats, has }: Tools): string {
  const id = `problem.${code}`
  const given = Object.fromEntries(Object.entries(params).map(([name, value]) => [name, written(value, formats)]))
  const values = { ...Object.fromEntries(OPTIONAL.map((name) => [name, 'none'])), ...given }
  return t(has(id) ? asKnown(id) : 'problem.unexpected', values)
}

/** Numbers grouped, days and times as dates; everything else as it came. */
export function written(value: string | number | boolean | null, formats: Formats): string {
  if (typeof value === 'number') return formats.points(value)
  if (value === null) return 'none'
  if (typeof value === 'boolean') return String(value)
  if (/^\d{4}-\d{2}-\d{2}$/.test(value)) return formats.day(value)
  if (/^\d{4}-\d{2}-\d{2}T/.test(value)) return `${formats.day(formats.dayOf(value))} ${formats.time(value)}`
  return value
}

/** Safe because it was looked up among the messages before. */
function asKnown(id: string): CommonId {
  return id as CommonId
}
