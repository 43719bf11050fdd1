/**
 * Gives the engine's file the one index it lacks. Without it every write to a table with a stream looks through the
 * whole stream for the highest number, and a business that imports its history waits longer with every receipt.
 */
import { DatabaseSync } from 'node:sqlite'

const BUSY_MAX_MS = 5_000

/** Harmless to repeat; the engine must have created its file and may be running. */
export function indexStream(dbPath: string): void {
  const db = new DatabaseSync(dbPath, { timeout: BUSY_MAX_MS })
  try {
    db.exec(
      'CREATE INDEX IF NOT EXISTS revisit_stream_order ON _stream_records (table_name, CAST(sequence_number AS INTEGER))',
    )
  } finally {
    db.close()
  }
}
