/**
 * Members by the thousand: one of each kind is made by the verbs, and all others are copies of it under names of their own,
 * their entries numbered and hashed as the ledger does it, so that every copy passes the audit.
 */
import { QueryCommand } from '@aws-sdk/lib-dynamodb'
import type { Row } from '../functions/platform/table.ts'
import { dueKey, keys, receiptKey } from '../functions/platform/table-design.ts'
import { type Entry, hashOf } from '../functions/points/entry.ts'
import { entryFromRow, rowFromEntry } from '../functions/points/row-schema.ts'
import { bought, enrolled, type Shop, STORE } from './shop.ts'

/** What one member has in the ledger. */
export type Template = {
  readonly account: Row
  readonly entries: readonly Entry[]
  /** In the order of the entries that they guard. */
  readonly receipts: readonly Row[]
}

/** A member as the verbs leave it after a purchase now. */
export async function templateOf(shop: Shop): Promise<Template> {
  const memberId = await enrolled(shop)
  const receiptNumber = await bought(shop, memberId)
  const rows = await partition(shop, keys.account(memberId).pk)
  const account = rows.find(({ sk }) => sk === keys.account(memberId).sk)
  const receipts = await partition(shop, receiptKey(STORE, receiptNumber))
  if (account === undefined) throw new Error('a member without an account')
  const entries = rows.filter((row) => row !== account).map(entryFromRow)
  return { account, entries, receipts }
}

async function partition({ tables }: Shop, pk: string): Promise<Row[]> {
  const { Items = [] } = await tables.reader.send(
    new QueryCommand({
      TableName: tables.names.Ledger,
      ConsistentRead: true,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': pk },
      Limit: 100,
    }),
  )
  return Items
}

/** 26 characters of Crockford's alphabet after the prefix. */
export function nameOf(index: number): string {
  return `01JBENCH${String(index).padStart(18, '0')}`
}

/** The ledger rows of one more member of the kind. */
export function copyOf({ account, entries, receipts }: Template, index: number): Row[] {
  const memberId = `mem_${nameOf(index)}`
  const rows: Row[] = []
  let previous = ''
  for (const [place, entry] of entries.entries()) {
    const number = `copy-${index}-${place}`
    const operation = receiptKey(STORE, number)
    const named = { ...entry, id: `ent_${nameOf(index * entries.length + place)}`, memberId, operation, previous }
    const unsealed = { ...named, ...(entry.receipt && { receipt: { ...entry.receipt, receiptNumber: number } }) }
    const sealed: Entry = { ...unsealed, hash: hashOf(unsealed) }
    previous = sealed.hash
    rows.push(rowFromEntry(sealed), { ...receipts[place], ...keys.receipt(operation), memberId })
  }
  const [, day = ''] = String(account.due).split('#')
  rows.push({ ...account, ...keys.account(memberId), h: previous, due: dueKey(day, memberId) })
  return rows
}
