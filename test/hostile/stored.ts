/**
 * What lies in the tables, compared before and after a request: a refusal may leave its own record, or the request for the
 * approval that it wants, and nothing else.
 */

import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { canonicalJson } from '../../functions/shared/canonical.ts'
import type { TestApi } from '../support/api.ts'
import { rowsOf } from '../support/tables.ts'

const TABLES = ['Ledger', 'Members', 'Operations'] as const

/** Every row of every table in canonical form, by table and key. */
export type Stored = ReadonlyMap<string, string>

type Known = { readonly table: string; readonly writes: number; readonly rows: Stored }
let known: Known | undefined
let writes = 0

/** Read again only when something was sent to be written since, so that a refusal that writes nothing costs nothing. */
export async function stored({ tables }: Pick<TestApi, 'tables'>): Promise<Stored> {
  const now = writesSent({ tables })
  if (known?.table === tables.names.Ledger && known.writes === now) return known.rows
  const found = await Promise.all(TABLES.map(async (table) => [table, await rowsOf(tables, table)] as const))
  const rows = found.flatMap(([table, all]) =>
    all.map((row) => [`${table} ${row.pk} ${row.sk}`, canonicalJson(row)] as const),
  )
  known = { table: tables.names.Ledger, writes: now, rows: new Map(rows) }
  return known.rows
}

/** How many writes were sent to these tables' engine since it was first asked. */
export function writesSent({ tables }: Pick<TestApi, 'tables'>): number {
  for (const client of [tables.reader, tables.writer]) countWrites(client)
  return writes
}

function countWrites({ middlewareStack }: DynamoDBDocumentClient): void {
  middlewareStack.add(
    (next, { commandName = '' }) =>
      async (call) => {
        const isRead = /^(Get|BatchGet|Query|Scan)/.test(commandName)
        if (!isRead) writes += 1
        return next(call)
      },
    { step: 'initialize', name: 'countWrites', override: true },
  )
}

/** @returns the keys of rows that are new, gone or changed, but for newly recorded refusals and requested approvals. */
export function changes(before: Stored, after: Stored): string[] {
  const isAllowed = (key: string, row: string) => isNewRefusal(before, key, row) || isNewRequest(before, key, row)
  const touched = [...after].filter(([key, row]) => before.get(key) !== row && !isAllowed(key, row))
  const gone = [...before.keys()].filter((key) => !after.has(key))
  return [...touched.map(([key]) => key), ...gone.map((key) => `${key} is gone`)]
}

/** @returns the keys of refusals that were recorded in between. */
export function recordedRefusals(before: Stored, after: Stored): string[] {
  return [...after].filter(([key, row]) => isNewRefusal(before, key, row)).map(([key]) => key)
}

/** Somebody wants an approval that nobody has given yet, and the latest of this wish is known; or a try was counted. */
function isNewRequest(before: Stored, key: string, row: string): boolean {
  if (key.startsWith('Operations REQUEST#') || key.startsWith('Operations RATE#')) return true
  return key.startsWith('Operations APPROVAL#') && before.get(key) === undefined && row.includes('"state":"requested"')
}

/** An operation that was refused, or a reservation that keeps one refusal more and is otherwise as it was. */
function isNewRefusal(before: Stored, key: string, row: string): boolean {
  const old = before.get(key)
  if (key.startsWith('Ledger O#')) return old === undefined && /"refusal":\{"code"/.test(row)
  if (!key.startsWith('Ledger V#') || old === undefined || old === row) return false
  const [{ refused: had = {}, ...then }, { refused: has = {}, ...now }] = [JSON.parse(old), JSON.parse(row)]
  const isKept = Object.entries(had).every(([name, refusal]) => JSON.stringify(has[name]) === JSON.stringify(refusal))
  return isKept && JSON.stringify(then) === JSON.stringify(now)
}
