/**
 * Small state in the data folder. A file is replaced in one step, so that a process killed while writing leaves the
 * old content or the new one and never half of it.
 */
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import type * as z from 'zod'

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

/** @returns undefined when nothing was written yet. @throws when the file is not of this shape. */
export function readState<S extends z.ZodType>(file: string, shape: S): z.infer<S> | undefined {
  const text = readIfThere(file)
  return text === undefined ? undefined : shape.parse(JSON.parse(text))
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
