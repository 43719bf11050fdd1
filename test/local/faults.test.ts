/** The faults drawn: as often as asked, in the shares asked, the same for the same seed, and only where they can befall. */
import { describe, expect, test } from 'vitest'
import { callOf } from '../../local/dynamo-call.ts'
import { FAULT_KINDS, FAULT_WEIGHTS, type FaultSettings, Faults } from '../../local/faults.ts'

const item = (pk: string) => ({ Put: { TableName: 'Ledger', Item: { pk, sk: 'ACCOUNT' } } })
const TRANSACTION = callOf('TransactWriteItems', { ClientRequestToken: 'token', TransactItems: [item('A'), item('B')] })
const WRITE = callOf('PutItem', { TableName: 'Ledger', Item: { pk: 'A', sk: 'ACCOUNT' } })
const READ = callOf('GetItem', { TableName: 'Ledger', Key: { pk: 'A', sk: 'ACCOUNT' } })
const CALLS = 40_000

function drawn(settings: FaultSettings, call = TRANSACTION, times = 200) {
  const faults = new Faults(settings)
  return Array.from({ length: times }, () => faults.drawCall(call)?.kind)
}

describe('faults of calls', () => {
  test('come as often as asked and never when switched off', () => {
    const weights = { timeout: 1 }
    const share = drawn({ seed: 3, rate: 0.2, weights }, TRANSACTION, CALLS).filter(Boolean).length / CALLS
    expect(share).toBeGreaterThan(0.19)
    expect(share).toBeLessThan(0.21)
    expect(drawn({ seed: 3, rate: 0 })).not.toContainEqual(expect.any(String))
  })

  test('come in the shares of their weights, storms apart, which bring their own', () => {
    const { storm: _, ...weights } = FAULT_WEIGHTS
    const faults = new Faults({ seed: 4, rate: 1, weights })
    for (let call = 0; call < CALLS; call += 1) faults.drawCall(TRANSACTION)
    const kinds = FAULT_KINDS.filter((kind) => kind !== 'storm' && !kind.startsWith('batch'))
    const sum = kinds.reduce((total, kind) => total + FAULT_WEIGHTS[kind], 0)
    for (const kind of kinds) {
      const share = faults.injected[kind] / CALLS
      expect(Math.abs(share - FAULT_WEIGHTS[kind] / sum), kind).toBeLessThan(0.01)
    }
    expect(faults.total).toBe(CALLS)
  })

  test('are the same for the same seed, and the n-th call meets the same chance whatever came before it', () => {
    const settings = { seed: 9, rate: 0.5, weights: { timeout: 1, reset: 1, throttle: 1 } }
    expect(drawn(settings)).toEqual(drawn(settings))
    expect(drawn(settings)).not.toEqual(drawn({ ...settings, seed: 10 }))
    expect(drawn(settings, READ)).toEqual(drawn(settings, TRANSACTION))
  })

  test('never put anybody in the way of a read, nor a token in progress on a write that has none', () => {
    const settings = { seed: 5, rate: 1 }
    for (const kind of ['conflict', 'storm', 'inProgress']) expect(drawn(settings, READ)).not.toContain(kind)
    expect(drawn(settings, WRITE)).toContain('conflict')
    expect(drawn(settings, WRITE)).not.toContain('inProgress')
  })

  test('refuse in the words of DynamoDB, at an index of the transaction', () => {
    const faults = new Faults({ seed: 6, rate: 1, weights: { conflict: 1 } })
    const indexes = Array.from({ length: 50 }, () => {
      const fault = faults.drawCall(TRANSACTION)
      if (fault?.effect !== 'refused') throw new Error('a conflict refuses')
      expect(fault.refused.name).toBe('TransactionCanceledException')
      expect(fault.refused.reasons).toHaveLength(2)
      return fault.refused.reasons?.findIndex(({ Code }) => Code === 'TransactionConflict')
    })
    expect(new Set(indexes)).toEqual(new Set([0, 1]))
  })

  test('of a storm hit about half of the 50 writes that follow it, and none later', () => {
    const faults = new Faults({ seed: 2, rate: 0.02, weights: { storm: 1 } })
    const kinds = Array.from({ length: 5_000 }, () => faults.drawCall(WRITE)?.kind)
    const first = kinds.indexOf('storm')
    const hits = kinds.slice(first + 1, first + 51).filter((kind) => kind === 'storm').length
    expect(hits).toBeGreaterThan(15)
    expect(hits).toBeLessThan(38)
    expect(kinds).toContain(undefined)
  })
})

describe('faults of deliveries', () => {
  const batch = Array.from({ length: 30 }, (_, index) => ({ partition: `P${index % 3}`, n: index }))

  test('bring a batch twice, each time in its order', () => {
    const faults = new Faults({ seed: 1, rate: 1, weights: { batchAgain: 1 } })
    expect(faults.redeliver(batch)).toEqual([batch, batch])
    expect(faults.injected.batchAgain).toBe(1)
  })

  test('mix the partitions of a batch and keep the order within each, and every record', () => {
    const faults = new Faults({ seed: 1, rate: 1, weights: { batchShuffled: 1 } })
    const [mixed = []] = faults.redeliver(batch)
    expect(mixed).not.toEqual(batch)
    expect(mixed).toHaveLength(batch.length)
    for (const partition of ['P0', 'P1', 'P2']) {
      expect(mixed.filter((record) => record.partition === partition)).toEqual(
        batch.filter((record) => record.partition === partition),
      )
    }
  })

  test('leave a batch alone when nothing is asked of them', () => {
    const faults = new Faults({ seed: 1, rate: 1, weights: { timeout: 1 } })
    expect(faults.redeliver(batch)).toEqual([batch])
    expect(faults.total).toBe(0)
  })
})
