import { PutCommand } from '@aws-sdk/lib-dynamodb'
import { beforeEach, describe, expect, test } from 'vitest'
import { Stage } from './crash.ts'
import { SEED } from './depth.ts'
import { readLedger } from './ledger-rows.ts'
import { type Order, orders } from './orders.ts'
import { Recorder, type Sending } from './recorder.ts'
import { violationsOf } from './runs.ts'
import { PLAIN } from './small.ts'
import type { Planned } from './wire.ts'
import { openWorld } from './world.ts'

let stage: Stage
let member: string
/** The await at which a redemption writes, once program and store are known. */
let writing: number
beforeEach(async () => {
  const world = await openWorld({ seed: SEED, rules: PLAIN, faultRate: 0 })
  stage = new Stage(world, new Recorder(world))
  member = await stage.member()
  await stage.must(orders.redeem(member, 30, stage.next()))
  writing = (await stage.must(orders.redeem(member, 30, stage.next()))).awaits - 1
})

async function sent(order: Order, sending: Sending = {}) {
  const outcome = stage.recorder.send(order, sending)
  await stage.world.turnstile.run()
  return outcome
}

function struck(plan: (nth: number) => Planned | undefined, key = stage.next()) {
  return sent(orders.redeem(member, 30, key), { plan })
}

const versionOf = async () => (await readLedger(stage.world.wire.tables)).accounts.get(member)?.v

describe('rows of the outcome table that chance seldom reaches', () => {
  test('an entry above the version stops everything and raises the alarm, so that nothing is written over it', async () => {
    const { tables } = stage.world.wire
    const Item = { pk: `A#${member}`, sk: 'E#000000000004', planted: true }
    await tables.reader.send(new PutCommand({ TableName: tables.names.Ledger, Item }))
    const outcome = await struck(() => undefined)
    expect(outcome).toMatchObject({ kind: 'bug', what: expect.stringContaining('InvariantBroken: I4') })
    expect([...stage.world.told.keys()].filter((name) => name.endsWith('LedgerInvariant'))).toHaveLength(1)
    expect(await versionOf()).toBe(3)
  })

  test('a request that is wrong is sent once and never repeated, so that a defect of ours stays one', async () => {
    const writes: number[] = []
    const outcome = await struck((nth) => {
      if (nth < writing) return undefined
      writes.push(nth)
      return { kind: 'defect', when: 'before' }
    })
    expect(outcome.kind).toBe('bug')
    expect(writes).toEqual([writing])
    expect(stage.world.wire.witness.rows['our defect']).toBe(1)
    expect(await versionOf()).toBe(3)
  })

  test('whoever meets a conflict for longer than three seconds is told to try again, and the same key then succeeds', async () => {
    const key = stage.next()
    const outcome = await struck((nth) => (nth < writing ? undefined : { kind: 'conflict', when: 'before' }), key)
    expect(outcome.kind).toBe('unknown')
    expect(stage.world.told.get('command try_again')).toBe(1)
    expect((await struck(() => undefined, key)).kind).toBe('done')
    expect(await violationsOf(stage)).toEqual([])
  })

  test('whoever never hears an answer is told that the outcome is unknown, and the same key then tells the first answer', async () => {
    const key = stage.next()
    const outcome = await struck((nth) => (nth < writing ? undefined : { kind: 'lost', when: 'after' }), key)
    expect(outcome.kind).toBe('unknown')
    expect(stage.world.told.get('command outcome_unknown')).toBe(1)
    expect(await struck(() => undefined, key)).toMatchObject({ kind: 'done', isRepeat: true })
    expect(await violationsOf(stage)).toEqual([])
  })
})

describe('members who are newer than the clock of whoever asks', () => {
  test('a refusal is true by the clock that enrolled them although nobody heard of it, and stays true when it is told again', async () => {
    const ahead = 300_000
    const enrol = orders.enrol(stage.next(), stage.next())
    const plan = (nth: number): Planned | undefined => (nth === 1 ? { kind: 'gone', when: 'after' } : undefined)
    expect(await sent(enrol, { skew: ahead, plan })).toMatchObject({ kind: 'unknown' })
    const enrolled = await stage.must(enrol)
    expect(enrolled).toMatchObject({ kind: 'accepted', isRepeat: true })
    const newcomer = enrolled.kind === 'accepted' ? enrolled.what : ''
    await stage.must(orders.award(stage.slip(), { member: newcomer, amount: 100_000, at: stage.world.now }))
    const redeem = orders.redeem(newcomer, 30, stage.next())
    expect(await sent(redeem)).toMatchObject({ kind: 'refused', code: 'new_member_hold' })
    expect(await sent(redeem, { skew: ahead + 1 })).toMatchObject({ kind: 'refused', code: 'new_member_hold' })
    expect(await violationsOf(stage)).toEqual([])
  })
})
