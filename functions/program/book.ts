/** Which version of the program rules at which instant. A receipt is calculated with the version of its own day. */
import { localDate } from '../shared/dates.ts'
import type { ProgramDocument, VersionState } from './schema.ts'

export type ProgramVersion = {
  readonly version: number
  /** Local date in the document's own zone. */
  readonly effectiveFrom: string
  readonly document: ProgramDocument
}

/** `versions` are those that count, in ascending order and never empty; `latest` is the number of the last publication. */
export type ProgramBook = {
  readonly versions: readonly ProgramVersion[]
  readonly latest: number
  readonly hasReceipts: boolean
}

/** The highest version that has begun on the local date of the instant; before the first of them, the oldest. */
export function versionAt(book: ProgramBook, instant: number): ProgramVersion {
  const found = book.versions.findLast((version) => version.effectiveFrom <= localDate(instant, version.document.zone))
  const version = found ?? book.versions[0]
  if (version === undefined) throw new Error('a program book without versions')
  return version
}

/** What has not begun is published, what rules is in force, and whatever has a lower number than that is superseded. */
export function stateOf(book: ProgramBook, version: number, now: number): VersionState {
  const inForce = versionAt(book, now).version
  if (version === inForce) return 'in_force'
  return version > inForce ? 'published' : 'superseded'
}
