/**
 * Plays one story. This file and all that it imports, the product included, is bundled anew for every mutant, so that the
 * working tree is never touched and each mutant meets the very stories that the product passes.
 */
import { AssertionError } from 'node:assert'
import { tableClients } from '../../../functions/platform/table.ts'
import { expectBalanced } from './books.ts'
import type { Removal } from './condition.ts'
import { openShop, type Shop } from './shop.ts'
import { STORIES } from './stories.ts'
import { wireOf } from './wire.ts'

export type Story = { readonly name: string; readonly tell: (shop: Shop) => Promise<void> }

/** Names of fresh tables, and where their engine is. */
export type Premises = {
  readonly config: NonNullable<Parameters<typeof tableClients>[0]>
  readonly names: Shop['tables']['names']
  readonly freshNames: () => Promise<Shop['tables']['names']>
}

export type Told = {
  /** What the story noticed. */
  readonly failure?: string
  /** The story broke off for another reason than what it asserts. */
  readonly isBroken: boolean
  readonly conditions: readonly string[]
  readonly invalid: readonly string[]
}

/** One set per bundle: opening connections takes longer than telling a story. `raw` is seen by no wire. */
let opened: { readonly clients: ReturnType<typeof tableClients>; readonly raw: Shop['tables']['reader'] } | undefined

/** Closes the connections; nothing can be played afterwards. */
export function close(): void {
  for (const client of [opened?.clients.reader, opened?.clients.writer, opened?.raw]) client?.destroy()
}

export const names: readonly string[] = STORIES.map(({ name }) => name)

export async function play(name: string, premises: Premises, removal?: Removal): Promise<Told> {
  const { config, names: tables, freshNames } = premises
  const story = STORIES.find((candidate) => candidate.name === name)
  if (story === undefined) throw new Error(`there is no story: ${name}`)
  opened ??= { clients: tableClients(config), raw: tableClients(config).reader }
  const { clients, raw } = opened
  const usage = { requests: 0, writeUnits: 0, readUnits: 0 }
  const wire = wireOf({ ...clients, names: tables }, removal)
  const shop = openShop({ tables: { ...clients, names: tables, usage }, raw, wire, freshNames })
  const told = () => ({ conditions: [...wire.conditions], invalid: wire.invalid })
  try {
    await story.tell(shop)
    if (!shop.hasPlanted) await expectBalanced(shop)
    return { isBroken: false, ...told() }
  } catch (error) {
    const isBroken = !(error instanceof AssertionError)
    const text = error instanceof Error ? (isBroken ? (error.stack ?? error.message) : error.message) : String(error)
    return { failure: text, isBroken, ...told() }
  }
}
