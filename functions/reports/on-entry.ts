/** Takes entries of the ledger into the reports, as the stream brings them: in any order and more than once. */
import * as z from 'zod'
import { command } from '../platform/command.ts'
import { entryFromRow } from '../points/row-schema.ts'
import { versionAt } from '../program/book.ts'
import { programBook } from '../program/current.ts'
import { localDate } from '../shared/dates.ts'
import { isOfShift, lineOf } from './shift-line.ts'
import { saveLine } from './store.ts'

/** As many as a stream hands over together. */
const ROWS_MAX = 10

const Rows = z.strictObject({ rows: z.array(z.record(z.string(), z.unknown())).max(ROWS_MAX) })

/** Writes a line for each entry that happened at a store; the zone of a program never changes once there are receipts. */
export const onEntry = command({
  name: 'reports.onEntry',
  input: Rows,
  allow: ['system'],
  async run(ctx, { rows }) {
    const entries = rows.map(entryFromRow)
    if (!entries.some(isOfShift)) return
    const { zone } = versionAt(await programBook(ctx), ctx.now).document
    const places = entries.flatMap((entry) => {
      const place = lineOf(entry, zone)
      return place ? [{ ...place, seq: entry.seq }] : []
    })
    await Promise.all(
      places.map(({ storeId, line, seq }) => saveLine(ctx, { storeId, day: localDate(line.at, zone) }, { seq, line })),
    )
  },
})
