/**
 * `npm run ledger:verify -- --rebuild`: puts a restored table right and says what became of every account that was named.
 * It deletes rows, so it refuses a table that anybody may still be writing to.
 */
import { createHash } from 'node:crypto'
import type { Actor } from '../functions/platform/auth.ts'
import type { Context } from '../functions/platform/context.ts'
import type { Tables } from '../functions/platform/table.ts'
import { membersOf, type Recovery, recover, rowsOf } from './drill-recover.ts'
import { number } from './import-summary.ts'
import { RUN_MAX_MS, writtenAt } from './ledger-verify-pass.ts'
import { Remedy } from './remedy.ts'

/** Between two looks; a shop that trades writes more often. */
const MOMENT_MS = 2_000
const MINUTE_MS = 60_000

/** @throws Remedy when something was written lately or is being written now */
export async function requireQuiet(ctx: Context): Promise<void> {
  const { reader, names } = ctx.table
  const tables = { reader, names }
  const first = await look(tables)
  const age = ctx.now - first.newest
  if (age < RUN_MAX_MS) throw notQuiet(`its newest row is ${ageOf(age)}`)
  await ctx.wait(MOMENT_MS)
  const second = await look(tables)
  if (second.digest !== first.digest) throw notQuiet('it changed while it was looked at')
}

type Look = { readonly newest: number; readonly digest: string }

async function look(tables: Pick<Tables, 'reader' | 'names'>): Promise<Look> {
  let newest = 0
  const hash = createHash('sha256')
  for await (const row of rowsOf(tables)) {
    newest = Math.max(newest, writtenAt(row))
    hash.update(JSON.stringify(row, sorted))
  }
  return { newest, digest: hash.digest('hex') }
}

/** For `JSON.stringify`: the fields of a row come in another order with every read. */
function sorted(_: string, value: unknown): unknown {
  const isMap = typeof value === 'object' && value !== null && !Array.isArray(value)
  return isMap ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : value
}

function ageOf(milliseconds: number): string {
  if (milliseconds < 0) return 'of a time that is still to come'
  const minutes = Math.floor(milliseconds / MINUTE_MS)
  return minutes === 0 ? 'less than a minute old' : `${minutes} min old`
}

function notQuiet(why: string): Remedy {
  return new Remedy(
    `The table is not quiet: ${why}. --rebuild deletes rows and is only for a restored table without traffic; ` +
      `see to it that nobody writes, wait ${RUN_MAX_MS / MINUTE_MS} minutes and try again. Nothing was written.`,
  )
}

/** @returns whether every sound account that was frozen on the way was released again. */
export async function putRight(
  context: (actor?: Actor) => Context,
  { tables, rows }: { readonly tables: Tables; readonly rows: number },
): Promise<boolean> {
  await requireQuiet(context())
  const recovery = await recover({ tables, context, extent: { isQuiet: true, rows } })
  for (const line of told(recovery)) console.log(line)
  return recovery.notReleased.length === 0
}

export function told({ red, rebuilt, stay, frozenBefore, closed, notFrozen, notReleased }: Recovery): string[] {
  const wrong = membersOf(stay).size
  const ofNamed = `${number(rebuilt)} of ${number(red.size)} accounts that were named`
  return [
    `rebuilt   ${ofNamed}; ${number(wrong)} are still wrong and cannot be spent from unless said below`,
    ...frozenBefore.map((memberId) => `kept      ${memberId} was frozen before and stays so`),
    ...closed.map((memberId) => `kept      ${memberId} is closed and stays so`),
    ...notFrozen.map((memberId) => `open      ${memberId} is wrong and can be spent from: freeze it by hand`),
    ...notReleased.map(({ memberId, why }) => `frozen    ${memberId} is sound and could not be released: ${why}`),
  ]
}
