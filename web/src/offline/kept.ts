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
  const { write, written } = newestOnly((key, value) =>
    value === undefined
      ? using('readwrite', (store) => store.delete(key))
      : using('readwrite', (store) => store.put(value, key)),
  )
  return {
    get: (key: string): Promise<unknown> => written().then(() => using('readonly', (store) => store.get(key))),
    /**
     * What is kept already, else `value` from now on: one step, so that of two tabs only one is the first. Read again, because
     * that waits until it is written.
     */
    first: (key: string, value: unknown): Promise<unknown> =>
      written()
        .then(() =>
          using('readwrite', (store) => {
            const found = store.get(key)
            found.addEventListener('success', () => found.result === undefined && store.put(value, key))
            return found
          }),
        )
        .then(() => using('readonly', (store) => store.get(key)))
        .then((found) => found ?? value),
    set: write,
    remove: (key: string) => write(key, undefined),
    clear: () => written().then(() => using('readwrite', (store) => store.clear())),
  }
}

type Writing = { newest: { readonly value: unknown } | undefined; done: Promise<void> }

/**
 * Of what is to be written under a key only the newest is, one at a time: a disk that wrote every key press would be behind,
 * and a page that is loaded anew would find half of what was typed. @param save never rejects; undefined removes the key
 */
export function newestOnly(save: (key: string, value: unknown) => Promise<unknown>) {
  const writing = new Map<string, Writing>()
  async function saveNewest(key: string, begun: Writing): Promise<void> {
    for (let next = begun.newest; next !== undefined; next = begun.newest) {
      begun.newest = undefined
      await save(key, next.value)
    }
    writing.delete(key)
  }
  function write(key: string, value: unknown): Promise<void> {
    const busy = writing.get(key)
    if (busy) {
      busy.newest = { value }
      return busy.done
    }
    const begun: Writing = { newest: { value }, done: Promise.resolve() }
    writing.set(key, begun)
    begun.done = saveNewest(key, begun)
    return begun.done
  }
  const written = async () => void (await Promise.all([...writing.values()].map(({ done }) => done)))
  return { write, written }
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
