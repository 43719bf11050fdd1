import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type ProgramBook, stateOf, versionAt } from '../../../functions/program/book.ts'
import { ProgramDocument } from '../../../functions/program/schema.ts'
import { aProgram } from '../../support/programs.ts'

/** Versions numbered from 1 by the days on which they begin. */
function aBook(beginnings: readonly string[], zone = 'Europe/London'): ProgramBook {
  const document = ProgramDocument.parse(aProgram({ zone }))
  return {
    versions: beginnings.map((effectiveFrom, index) => ({ version: index + 1, effectiveFrom, document })),
    latest: beginnings.length,
    hasReceipts: true,
  }
}

const at = (book: ProgramBook, time: string) => versionAt(book, Date.parse(time)).version

describe('the version at an instant', () => {
  const cases: readonly [name: string, beginnings: string[], time: string, version: number][] = [
    ['the only one', ['2026-03-01'], '2026-03-01T12:00:00Z', 1],
    ['the oldest for what is older than all', ['2026-03-01', '2026-04-01'], '2020-01-01T00:00:00Z', 1],
    ['the old one until the last second of its last day', ['2026-03-01', '2026-04-01'], '2026-03-31T22:59:59Z', 1],
    ['the new one from local midnight, here summer time', ['2026-03-01', '2026-04-01'], '2026-03-31T23:00:00Z', 2],
    ['the highest of those that have begun', ['2026-03-01', '2026-06-01', '2026-05-01'], '2026-07-01T00:00:00Z', 3],
    ['never one that was overtaken', ['2026-03-01', '2026-06-01', '2026-05-01'], '2026-05-15T00:00:00Z', 3],
  ]
  test.each(cases)('is %s', (_name, beginnings, time, version) => {
    expect(at(aBook(beginnings), time)).toBe(version)
  })

  test('follows the zone of the document, so that a day begins where the business is', () => {
    expect(at(aBook(['2026-03-01', '2026-04-01'], 'Asia/Hong_Kong'), '2026-03-31T16:00:00Z')).toBe(2)
    expect(at(aBook(['2026-03-01', '2026-04-01'], 'America/New_York'), '2026-04-01T03:59:59Z')).toBe(1)
  })

  test('never changes for a past day by a publication that begins later, so that receipts may arrive late', () => {
    const day = fc.integer({ min: 0, max: 700 }).map((days) => isoDay(days))
    fc.assert(
      fc.property(
        fc.array(day, { minLength: 1, maxLength: 8 }),
        day,
        fc.integer({ min: 1, max: 300 }),
        (begins, on, ahead) => {
          const instant = Date.parse(`${on}T12:00:00Z`)
          const later = new Date(instant + ahead * 86_400_000).toISOString().slice(0, 10)
          expect(versionAt(aBook([...begins, later]), instant).version).toBe(versionAt(aBook(begins), instant).version)
        },
      ),
      { numRuns: 100, seed: 20261123 },
    )
  })
})

test('tells what became of each version', () => {
  const book = aBook(['2026-03-01', '2026-06-01', '2026-05-01', '2026-09-01'])
  const states = [1, 2, 3, 4].map((version) => stateOf(book, version, Date.parse('2026-05-15T12:00:00Z')))
  expect(states).toEqual(['superseded', 'superseded', 'in_force', 'published'])
})

function isoDay(days: number): string {
  return new Date(Date.UTC(2025, 0, 1 + days)).toISOString().slice(0, 10)
}
