import { TransactWriteCommand } from '@aws-sdk/lib-dynamodb'
import { expect, test } from 'vitest'
import { CALLERS, FAULT_RATE, SEED } from './depth.ts'
import { play } from './play.ts'
import { seedOf, violationsOf } from './runs.ts'
import type { Sabotage } from './wire.ts'

const RUNS = 6
const STEPS = 150

type Put = { readonly Item?: Readonly<Record<string, unknown>> }

/** Takes the condition off every item whose sort key fits. */
function without(pattern: RegExp): Sabotage {
  return (command) => {
    const { TransactItems, ...input } = command.input as TransactWriteCommand['input']
    if (TransactItems === undefined) return command
    const spoiled = TransactItems.map(({ Put, ...others }) => {
      const isMeant = Put !== undefined && pattern.test(String((Put as Put).Item?.sk))
      if (!isMeant) return { ...others, ...(Put && { Put }) }
      const { ConditionExpression: _, ExpressionAttributeValues: __, ...free } = Put
      return { ...others, Put: free }
    })
    return new TransactWriteCommand({ ...input, TransactItems: spoiled })
  }
}

/** Makes every written number of one kind a point too high. */
function overpaid(pattern: RegExp, name: string): Sabotage {
  return (command) => {
    const { TransactItems, ...input } = command.input as TransactWriteCommand['input']
    if (TransactItems === undefined) return command
    const spoiled = TransactItems.map((item) => {
      const stored = (item.Put as Put | undefined)?.Item
      if (item.Put === undefined || !pattern.test(String(stored?.sk))) return item
      return { Put: { ...item.Put, Item: { ...stored, [name]: Number(stored?.[name] ?? 0) + 1 } } }
    })
    return new TransactWriteCommand({ ...input, TransactItems: spoiled })
  }
}

/** Makes every addition to a number that others change too twice as large. */
function doubled(pattern: RegExp): Sabotage {
  return (command) => {
    const { TransactItems, ...input } = command.input as TransactWriteCommand['input']
    if (TransactItems === undefined) return command
    const spoiled = TransactItems.map((item) => {
      const { Key, UpdateExpression = '', ExpressionAttributeValues: values = {} } = item.Update ?? {}
      if (item.Update === undefined || !pattern.test(`${Key?.sk} ${UpdateExpression}`)) return item
      return { Update: { ...item.Update, ExpressionAttributeValues: { ...values, ':n': 2 * Number(values[':n']) } } }
    })
    return new TransactWriteCommand({ ...input, TransactItems: spoiled })
  }
}

const SABOTAGES: readonly (readonly [name: string, sabotage: () => Sabotage])[] = [
  ['no condition on the version of an account', () => without(/^ACCOUNT$/)],
  ['no condition on accounts and entries', () => without(/^ACCOUNT$|^E#/)],
  ['no guard on operations', () => without(/^OP$/)],
  ['no guard on receipts', () => without(/^RECEIPT$/)],
  ['no guard on refunds', () => without(/^REFUND#/)],
  ['accounts that are stored with one point too many', () => overpaid(/^ACCOUNT$/, 'a')],
  ['entries that say one point too many', () => overpaid(/^E#/, 'n')],
  ['two pieces that come back for one', () => doubled(/^SHARD .*\+ :n/)],
  ['a limit that counts twice', () => doubled(/^N#rwd_.*\+ :n/)],
  ['receipts that forget how much was refunded', () => overpaid(/^RECEIPT$/, 'taken')],
]

test.each(SABOTAGES)(
  'a ledger with %s is found out within a few runs, so that finding nothing means something',
  async (_, sabotage) => {
    const found: string[] = []
    for (let run = 0; run < RUNS && found.length === 0; run += 1) {
      const options = { seed: seedOf(SEED, run), steps: STEPS, callers: CALLERS, faultRate: FAULT_RATE }
      found.push(...(await violationsOf(await play({ ...options, sabotage: sabotage() }))))
    }
    expect(found.length, `PROOF_SEED=${SEED}`).toBeGreaterThan(0)
  },
)
