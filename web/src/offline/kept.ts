/** A few small values that survive a reload, per area: a cached card, a draft across a sign-in. IndexedDB, never tokens. */

const STORE = 'kept'

export type Kept = ReturnType<typeof keptIn>

/** Every method settles: a browser that keeps nothing (private windows, a full disk) makes a slower page, not a broken one. */
export function keptIn(database: string) {
  let opening: Promise<IDBDatabase> | undefined
  async function using<T>(
    mode: IDBTransactionMode,
    work: (store: IDBObjectStore) => IDBRequest<T>,
  ): Promise<T | undefined> {
    opening ??= open(database)
    try {
      return await answered(work((await opening).transaction(STORE, mode).objectStore(STORE)))
    } catch (error) {
      console.warn('nothing is kept here', error)
      return undefined
    }
  }
  return {
    get: (key: string): Promise<unknown> => using('readonly', (store) => store.get(key)),
    /**
     * What is kept already, else `value` from now on: one step, so that of two tabs only one is the first. Read again, because
     * that waits until it is written.
     */
    first: (key: string, value: unknown): Promise<unknown> =>
      using('readwrite', (store) => {
        const found = store.get(key)
        found.addEventListener('success', () => found.result === undefined && store.put(value, key))
        return found
      })
        .then(() => using('readonly', (store) => store.get(key)))
        .then((found) => found ?? value),
    set: (key: string, value: unknown) => using('readwrite', (store) => store.put(value, key)),
    remove: (key: string) => using('readwrite', (store) => store.delete(key)),
    clear: () => using('readwrite', (store) => store.clear()),
  }
}

function open(database: string): Promise<IDBDatabase> {
  const request = indexedDB.open(database, 1)
  request.onupgradeneeded = () => request.result.createObjectStore(STORE)
  return answered(request)
}

function answered<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}
