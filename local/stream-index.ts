/**
 * Gives the engine's stream table the index that it lacks. Without it the engine looks through every stream record ever
 * written to number the next one, and each write costs more than the one before.
 */
import { DatabaseSync } from 'node:sqlite'

/** Waits this long for a write of the engine to end. */
const BUSY_TIMEOUT_MS = 5_000

/** @param dbPath the file of a running engine; it takes up the new index with its next statement. */
export function indexStreamRecords(dbPath: string): void {
  const database = new DatabaseSync(dbPath, { timeout: BUSY_TIMEOUT_MS })
  try {
    database.exec(
      'CREATE INDEX IF NOT EXISTS _stream_next ON _stream_records (table_name, CAST(sequence_number AS INTEGER))',
    )
  } finally {
    database.close()
  }
}
