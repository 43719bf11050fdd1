/** Optimistic concurrency over HTTP: what is changed must be named as it was read. */
import * as z from 'zod'
import { Refusal } from './problem.ts'

/** The If-Match header as a field of a verb's input. What is longer than any of ours names none of ours. */
export const ifMatchField = z.string().max(64, { error: 'stale_version' }).optional()

export function etagOf(version: number): string {
  return `"${version}"`
}

/** @throws Refusal `if_match_required` without the header, `stale_version` when it names anything but this version. */
export function requireVersion(ifMatch: string | undefined, version: number): void {
  if (ifMatch === undefined) throw new Refusal('if_match_required')
  if (ifMatch.trim() !== etagOf(version)) throw new Refusal('stale_version')
}

/** For what does not exist yet: nothing can have been read. @throws Refusal `stale_version` */
export function requireNoVersion(ifMatch: string | undefined): void {
  if (ifMatch !== undefined) throw new Refusal('stale_version')
}
