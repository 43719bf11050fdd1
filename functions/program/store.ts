/**
 * Where the program and the stores lie. One head row says which version is the latest and whether a receipt was recorded;
 * every publication and the first receipt pass through it, so that neither overlooks the other.
 */

import type { Context } from '../platform/context.ts'
import { Refusal } from '../platform/problem.ts'
import { getItem, type Page, putIf, queryPage } from '../platform/table.ts'
import { keys } from '../platform/table-design.ts'
import { InvariantBroken, LostRace, transact, type Write } from '../platform/transact.ts'
import { type Head, HeadRow, type PublishedVersion, type Store, StoreRow, VersionRow } from './schema.ts'

const PAGE = 25

/** @returns undefined when nothing was ever published. */
export async function loadHead(ctx: Context): Promise<Head | undefined> {
  const row = await getItem(ctx.table, 'Operations', keys.programHead())
  return row && HeadRow.parse(row)
}

export async function loadVersion(ctx: Context, version: number): Promise<PublishedVersion> {
  const row = await getItem(ctx.table, 'Operations', keys.programVersion(version))
  if (row === undefined) throw new InvariantBroken(`program version ${version} is missing`)
  return VersionRow.parse(row)
}

/** The versions from one number to another, both included, in ascending order. */
export async function loadVersions(ctx: Context, from: number, to: number): Promise<PublishedVersion[]> {
  const versions: PublishedVersion[] = []
  let start: Page['last']
  do {
    const page = await queryPage(ctx.table, 'Operations', {
      ...versionRange(from, to),
      Limit: PAGE,
      ...(start && { ExclusiveStartKey: start }),
    })
    versions.push(...page.rows.map((row) => VersionRow.parse(row)))
    start = page.last
  } while (start)
  return versions
}

export type Slice<Item> = { readonly items: readonly Item[]; readonly next?: string }

/** Newest first, beginning below `before`. */
export async function versionsBefore(ctx: Context, before: number, limit: number): Promise<Slice<PublishedVersion>> {
  const page = await queryPage(ctx.table, 'Operations', {
    ...versionRange(1, before - 1),
    ScanIndexForward: false,
    Limit: limit + 1,
  })
  const rows = page.rows.map((row) => VersionRow.parse(row))
  return slice({ rows, limit, isCut: page.last !== undefined, positionOf: (row) => String(row.version) })
}

function versionRange(from: number, to: number) {
  return {
    KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
    ExpressionAttributeValues: {
      ':pk': keys.programHead().pk,
      ':from': keys.programVersion(from).sk,
      ':to': keys.programVersion(to).sk,
    },
  }
}

/**
 * Publishes over the head that was seen.
 * @throws Refusal `stale_version` when somebody else published meanwhile, LostRace when the first receipt came meanwhile.
 */
export async function commitVersion(ctx: Context, seen: Head | undefined, next: PublishedVersion): Promise<void> {
  const hasReceipts = seen?.hasReceipts ?? false
  const head: Head = { latest: next.version, oldest: hasReceipts && seen ? seen.oldest : next.version, hasReceipts }
  const outcome = await transact(ctx, [
    {
      table: 'Operations',
      failsAs: 'head',
      put: {
        Item: { ...keys.programHead(), rv: 1, ...head },
        ...(seen
          ? {
              ConditionExpression: 'latest = :latest AND hasReceipts = :hasReceipts',
              ExpressionAttributeValues: { ':latest': seen.latest, ':hasReceipts': seen.hasReceipts },
            }
          : { ConditionExpression: 'attribute_not_exists(pk)' }),
      },
    },
    {
      table: 'Operations',
      failsAs: 'version',
      put: {
        Item: { ...keys.programVersion(next.version), rv: 1, ...next },
        ConditionExpression: 'attribute_not_exists(pk)',
      },
    },
  ])
  if (outcome.kind === 'committed') return
  const [first] = outcome.failed
  if (first?.failsAs !== 'head') throw new InvariantBroken(`program version ${next.version} stands above its head`)
  if (seen && first.row.latest === seen.latest) throw new LostRace()
  throw new Refusal('stale_version')
}

/** Records that from now on receipts exist, provided that no version was published since the one calculated with. */
export function receiptsBegin(latest: number): Write<'program'> {
  return {
    table: 'Operations',
    failsAs: 'program',
    update: {
      Key: keys.programHead(),
      UpdateExpression: 'SET hasReceipts = :yes',
      ConditionExpression: 'latest = :latest',
      ExpressionAttributeValues: { ':yes': true, ':latest': latest },
    },
  }
}

export async function loadStore(ctx: Context, storeId: string): Promise<Store | undefined> {
  const row = await getItem(ctx.table, 'Operations', keys.store(storeId))
  return row && StoreRow.parse(row)
}

export async function storesAfter(ctx: Context, after: string, limit: number): Promise<Slice<Store>> {
  const { pk, sk } = keys.store(after)
  const page = await queryPage(ctx.table, 'Operations', {
    // No id is empty, but DynamoDB takes no empty value for a key.
    KeyConditionExpression: sk === '' ? 'pk = :pk' : 'pk = :pk AND sk > :sk',
    ExpressionAttributeValues: { ':pk': pk, ...(sk !== '' && { ':sk': sk }) },
    Limit: limit + 1,
  })
  const stores = page.rows.map((row) => StoreRow.parse(row))
  return slice({ rows: stores, limit, isCut: page.last !== undefined, positionOf: (store) => store.id })
}

/** @throws Refusal `stale_version` when the store was changed, or made, since it was read. */
export async function commitStore(ctx: Context, seen: Store | undefined, next: Store): Promise<void> {
  const stood = await putIf(ctx.table, 'Operations', {
    Item: { ...keys.store(next.id), rv: 1, ...next },
    ...(seen
      ? {
          ConditionExpression: 'version = :version',
          ExpressionAttributeValues: { ':version': seen.version },
        }
      : { ConditionExpression: 'attribute_not_exists(pk)' }),
  })
  if (stood !== undefined) throw new Refusal('stale_version')
}

/** A page read one row further than asked, or cut by DynamoDB at 1 MB, goes on after its last item. */
function slice<Item>(page: {
  rows: readonly Item[]
  limit: number
  isCut: boolean
  positionOf: (item: Item) => string
}): Slice<Item> {
  const items = page.rows.slice(0, page.limit)
  const last = items.at(-1)
  const goesOn = page.rows.length > page.limit || page.isCut
  return { items, ...(goesOn && last !== undefined && { next: page.positionOf(last) }) }
}
