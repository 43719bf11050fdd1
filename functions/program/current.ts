/**
 * The program and the stores as every other capability asks for them: read once and kept for ten seconds, but never past
 * midnight, and never before the first receipt, so that what was published rules from the moment it may.
 */
import type { Context } from '../platform/context.ts'
import { Refusal } from '../platform/problem.ts'
import type { Write } from '../platform/transact.ts'
import { addToDate, localDate, startOfDay } from '../shared/dates.ts'
import { type ProgramBook, versionAt } from './book.ts'
import type { Head, Store } from './schema.ts'
import { loadHead, loadStore, loadVersions, receiptsBegin, storesAfter } from './store.ts'
import { STORE_ID } from './value-schema.ts'

const KEPT_MS = 10_000
const KEPT_MAX = 1_000
const NAMED_STORES_MAX = 500

/** `from` as well as `until`, because the clock may be set back. */
type Kept<Value> = { readonly value: Value; readonly from: number; readonly until: number }

const books = new Map<string, Kept<ProgramBook>>()
const stores = new Map<string, Kept<Store>>()
const storeLists = new Map<string, Kept<readonly StoreName[]>>()

export type StoreName = Pick<Store, 'id' | 'name'>

/**
 * Costs nothing while it is kept, one unit when nothing was published since.
 * @throws Refusal `program_missing`
 */
export async function programBook(ctx: Context): Promise<ProgramBook> {
  const book = await findBook(ctx)
  if (book === undefined) throw new Refusal('program_missing')
  return book
}

/** @returns undefined when no program was ever published. */
export async function findBook(ctx: Context): Promise<ProgramBook | undefined> {
  const known = books.get(ctx.table.names.Operations)
  return known && isKept(known, ctx.now) ? known.value : latestBook(ctx)
}

/** What was published up to this moment, for those who are about to publish the next. One unit or more. */
export async function latestBook(ctx: Context): Promise<ProgramBook | undefined> {
  const name = ctx.table.names.Operations
  const known = books.get(name)
  const head = await loadHead(ctx)
  if (head === undefined) return undefined
  const book = known && isBookOf(head, known.value) ? known.value : await loadBook(ctx, head)
  if (book.hasReceipts) keep(books, name, { value: book, from: ctx.now, until: keptUntil(book, ctx.now) })
  return book
}

function isBookOf(head: Head, book: ProgramBook): boolean {
  return head.hasReceipts && book.latest === head.latest && book.versions[0]?.version === head.oldest
}

async function loadBook(ctx: Context, { oldest, latest, hasReceipts }: Head): Promise<ProgramBook> {
  return { versions: await loadVersions(ctx, oldest, latest), latest, hasReceipts }
}

function keptUntil(book: ProgramBook, now: number): number {
  const { zone } = versionAt(book, now).document
  return Math.min(now + KEPT_MS, startOfDay(addToDate(localDate(now, zone), 'P1D'), zone))
}

/**
 * The write that the first receipt adds to its transaction. It fails as `program` when a version was published since the
 * book was read, and every publication fails that has not seen it, so the two cannot pass one another.
 */
export function firstReceiptWrite(book: ProgramBook): Write<'program'> {
  return receiptsBegin(book.latest)
}

/** @throws Refusal `store_not_found` */
export async function storeOf(ctx: Context, storeId: string): Promise<Store> {
  if (!STORE_ID.test(storeId)) throw new Refusal('store_not_found', { params: { storeId: storeId.slice(0, 64) } })
  const name = `${ctx.table.names.Operations}/${storeId}`
  const known = stores.get(name)
  if (known && isKept(known, ctx.now)) return known.value
  const store = await loadStore(ctx, storeId)
  if (store === undefined) throw new Refusal('store_not_found', { params: { storeId } })
  keep(stores, name, { value: store, from: ctx.now, until: ctx.now + KEPT_MS })
  return store
}

/** The first 500 stores by id, and of each no more than a page shows to anybody. Costs nothing while it is kept. */
export async function storeNames(ctx: Context): Promise<readonly StoreName[]> {
  const table = ctx.table.names.Operations
  const known = storeLists.get(table)
  if (known && isKept(known, ctx.now)) return known.value
  const { items } = await storesAfter(ctx, '', NAMED_STORES_MAX)
  const value = items.map(({ id, name }) => ({ id, name }))
  keep(storeLists, table, { value, from: ctx.now, until: ctx.now + KEPT_MS })
  return value
}

function isKept({ from, until }: Kept<unknown>, now: number): boolean {
  return from <= now && now < until
}

function keep<Value>(kept: Map<string, Kept<Value>>, name: string, entry: Kept<Value>): void {
  if (kept.size >= KEPT_MAX) kept.clear()
  kept.set(name, entry)
}
