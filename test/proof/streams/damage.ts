/** What may be wrong with a ledger's entry, as its stream shows it. Each kind is planted alone, in an entry with neighbours. */
import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb'
import type { Tables } from '../../../functions/platform/table.ts'
import { hashOf } from '../../../functions/points/entry.ts'
import { entryFromRow, rowFromEntry } from '../../../functions/points/row-schema.ts'
import type { EntryRow } from '../ledger-rows.ts'
import type { StoredRow, Wave } from './tide.ts'

export const DAMAGES = [
  'changed',
  'removed',
  'other points',
  'other balances, hashed anew',
  'other past',
  'missing',
] as const
export type Damage = (typeof DAMAGES)[number]

export type Planted = {
  readonly damage: Damage
  readonly waves: readonly Wave[]
  /** The stream alone tells nothing of an entry that is not there; the table is mended when the run is over. */
  readonly mend: () => Promise<void>
}

const nothing = async () => undefined

/** @param at the place of a sound entry that is not its member's first. */
export async function plant(
  tables: Tables,
  waves: readonly Wave[],
  { damage, at }: { damage: Damage; at: number },
): Promise<Planted> {
  const wave = waves[at]
  if (wave === undefined) throw new Error('there is no such place')
  const row = wave.row as StoredRow & EntryRow
  const later = (eventName: 'MODIFY' | 'REMOVE', changed: StoredRow) => ({
    damage,
    waves: waves.toSpliced(at + 1, 0, { ...wave, eventName, row: changed }),
    mend: nothing,
  })
  const instead = (changed: StoredRow) => ({ damage, waves: waves.with(at, { ...wave, row: changed }), mend: nothing })
  switch (damage) {
    case 'changed':
      return later('MODIFY', { ...row, n: row.n + 1 })
    case 'removed':
      return later('REMOVE', row)
    case 'other points':
      return instead({ ...row, n: row.n + 1 })
    case 'other balances, hashed anew':
      return instead(hashedAnew({ ...row, b: [row.b[0] + 1, row.b[1], row.b[2], row.b[3]] }))
    case 'other past':
      return instead(hashedAnew({ ...row, h: row.k }))
    case 'missing':
      return { damage, waves: waves.filter((_, place) => place !== at), mend: await removed(tables, row) }
  }
}

/** By somebody who knows how entries are hashed. */
function hashedAnew(row: EntryRow): StoredRow {
  const entry = entryFromRow(row)
  return { ...rowFromEntry({ ...entry, hash: hashOf(entry) }) }
}

async function removed({ reader, names }: Tables, row: StoredRow): Promise<() => Promise<void>> {
  await reader.send(new DeleteCommand({ TableName: names.Ledger, Key: { pk: row.pk, sk: row.sk } }))
  return async () => {
    await reader.send(new PutCommand({ TableName: names.Ledger, Item: row }))
  }
}
