/** A path as people type it: relative below the working folder, absolute elsewhere. */
import { isAbsolute, relative } from 'node:path'

export function shortPath(path: string): string {
  const short = relative(process.cwd(), path) || '.'
  return short.startsWith('..') || isAbsolute(short) ? path : short
}
