/**
 * Turns what zod found into field errors with stable codes. A schema may name its own code by using it as its error
 * message; everything else follows from the kind of issue.
 */
import * as z from 'zod'
import { type Code, type FieldError, isCode, type Refusal, refuseFields } from './problem.ts'

const ERRORS_MAX = 50

export function fieldErrors(error: z.ZodError, raw: unknown): Refusal {
  return refuseFields(findings(error, raw))
}

/** One finding per field, the first of it. */
export function findings(error: z.ZodError, raw: unknown): FieldError[] {
  const found = new Map<string, FieldError>()
  for (const field of error.issues.flatMap((issue) => errorsOf(issue, raw))) {
    if (!found.has(field.pointer) && found.size < ERRORS_MAX) found.set(field.pointer, field)
  }
  return [...found.values()]
}

/** For a part of the input whose pointers must be its own. @throws Refusal as `fieldErrors` makes it */
export function parseFields<Output>(schema: z.ZodType<Output>, raw: unknown): Output {
  const parsed = schema.safeParse(raw)
  if (!parsed.success) throw fieldErrors(parsed.error, raw)
  return parsed.data
}

function errorsOf(issue: z.core.$ZodIssue, raw: unknown): FieldError[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ pointer: pointer([...issue.path, key]), code: 'unknown_field' }))
  }
  return [{ pointer: pointer(issue.path), code: codeOf(issue, raw) }]
}

function codeOf(issue: z.core.$ZodIssue, raw: unknown): Code {
  if (issue.code !== 'custom' && !has(raw, issue.path)) return 'required_field'
  if (isCode(issue.message)) return issue.message
  if (issue.code === 'too_big' || issue.code === 'too_small') return 'out_of_range'
  return 'invalid_value'
}

function has(raw: unknown, path: readonly PropertyKey[]): boolean {
  let at: unknown = raw
  for (const step of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, step)) return false
    at = (at as Record<PropertyKey, unknown>)[step]
  }
  return true
}

/** RFC 6901. */
export function pointer(path: readonly PropertyKey[]): string {
  return path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}

/** A value that must satisfy `isValid`; its failure is answered with `code`. */
export function textThat(isValid: (text: string) => boolean, code: Code = 'invalid_value') {
  return z.string({ error: code }).max(64, { error: code }).refine(isValid, { error: code })
}
