/**
 * Small state in the data folder. A file is replaced in one step, so that a process killed while writing leaves the
 * old content or the new one and never half of it.
 */
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import * as z from 'zod'
import { Remedy } from './remedy.ts'
import { shortPath } from './short-path.ts'

/** Readable by its owner only: keys and secrets of the run are among it. */
const MODE = 0o600

export function writeState(file: string, value: unknown): void {
  writeText(file, JSON.stringify(value))
}

export function writeText(file: string, text: string): void {
  const next = `${file}.next`
  writeFileSync(next, text, { mode: MODE })
  renameSync(next, file)
}

/** @returns undefined when nothing was written yet. @throws Remedy when the file is not of this shape. */
export function readState<S extends z.ZodType>(file: string, shape: S): z.infer<S> | undefined {
  const text = readIfThere(file)
  if (text === undefined) return undefined
  return parseState(file, text, shape)
}

/** @throws Remedy when a text of this file is not of this shape. */
export function parseState<S extends z.ZodType>(file: string, text: string, shape: S): z.infer<S> {
  const sound = parse(text, shape)
  if (sound) return sound.value
  throw new Remedy(`${shortPath(file)} cannot be read; remove it, or begin anew with npm start -- --fresh.`)
}

/** For what can be made again: @returns undefined also when the file is not of this shape. */
export function readIfSound<S extends z.ZodType>(file: string, shape: S): z.infer<S> | undefined {
  const text = readIfThere(file)
  return text === undefined ? undefined : parse(text, shape)?.value
}

function parse<S extends z.ZodType>(text: string, shape: S): { readonly value: z.infer<S> } | undefined {
  try {
    return { value: shape.parse(JSON.parse(text)) }
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) return undefined
    throw error
  }
}

export function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}

export function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}
