/** What lies in the tables, compared before and after a request: a refusal may leave its own record and nothing else. */

import { canonicalJson } from '../../functions/shared/canonical.ts'
import type { TestApi } from '../support/api.ts'
import { rowsOf } from '../support/tables.ts'

const TABLES = ['Ledger', 'Members', 'Operations'] as const

/** Every row of every table in canonical form, by table and key. */
export type Stored = ReadonlyMap<string, string>

export async function stored(api: TestApi): Promise<Stored> {
  const rows = await Promise.all(TABLES.map(async (table) => [table, await rowsOf(api.tables, table)] as const))
  return new Map(
    rows.flatMap(([table, found]) => found.map((row) => [`${table} ${row.pk} ${row.sk}`, canonicalJson(row)] as const)),
  )
}

/** @returns the keys of rows that are new, gone or changed, but for newly recorded refusals. */
export function changes(before: Stored, after: Stored): string[] {
  const touched = [...after].filter(([key, row]) => before.get(key) !== row && !isNewRefusal(before, key, row))
  const gone = [...before.keys()].filter((key) => !after.has(key))
  return [...touched.map(([key]) => key), ...gone.map((key) => `${key} is gone`)]
}

/** @returns the keys of refusals that were recorded in between. */
export function recordedRefusals(before: Stored, after: Stored): string[] {
  return [...after].filter(([key, row]) => isNewRefusal(before, key, row)).map(([key]) => key)
}

function isNewRefusal(before: Stored, key: string, row: string): boolean {
  return key.startsWith('Ledger O#') && !before.has(key) && /"refusal":\{"code"/.test(row)
}
