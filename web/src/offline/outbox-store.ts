/** Where the outbox is kept: IndexedDB, each write on disk before it is told, so that what was promised survives the power. */
import { type DBSchema, type IDBPDatabase, openDB } from 'idb'
import type { OutboxRow } from './outbox.ts'

interface Design extends DBSchema {
  rows: { key: string; value: OutboxRow }
}

const STRICT = { durability: 'strict' } as const

export type OutboxStore = ReturnType<typeof outboxStore>

/** @throws where the browser keeps nothing: then nothing may be promised either. */
export function outboxStore(name = 'revisit-outbox') {
  let opening: Promise<IDBPDatabase<Design>> | undefined
  const open = () => {
    opening ??= openDB<Design>(name, 1, { upgrade: (db) => void db.createObjectStore('rows', { keyPath: 'id' }) })
    return opening
  }
  return {
    all: async (): Promise<readonly OutboxRow[]> => (await open()).getAll('rows'),
    get: async (id: string) => (await open()).get('rows', id),
    async put(...rows: readonly OutboxRow[]): Promise<void> {
      const work = (await open()).transaction('rows', 'readwrite', STRICT)
      await Promise.all([...rows.map((row) => work.store.put(row)), work.done])
    },
    /** Changes a row as it is now; undefined where it is gone. */
    async change(id: string, to: (row: OutboxRow) => OutboxRow): Promise<OutboxRow | undefined> {
      const work = (await open()).transaction('rows', 'readwrite', STRICT)
      const row = await work.store.get(id)
      const next = row && to(row)
      if (next) await work.store.put(next)
      await work.done
      return next
    },
    async remove(ids: readonly string[]): Promise<void> {
      const work = (await open()).transaction('rows', 'readwrite', STRICT)
      await Promise.all([...ids.map((id) => work.store.delete(id)), work.done])
    },
  }
}
