/** What a frozen and a closed account still does and what it refuses, and that closing leaves nothing half done. */
import { describe, expect, test } from 'vitest'
import { keys } from '../../../functions/platform/table-design.ts'
import type { Reply } from '../../support/api.ts'
import { expectSoundBooks } from '../../support/books.ts'
import { aNeighbour, type Standing, stand } from '../../support/neighbours.ts'
import { aProgram } from '../../support/programs.ts'
import { rowsOf } from '../../support/tables.ts'
import { accepted, aTill, outcome, type Till } from '../../support/till.ts'
import { watchWire } from '../../support/wire.ts'

const PROGRAM = aProgram({ transfer: { enabled: true, minPoints: 1, maxPointsPerMonth: 10_000 } })

/** The member has 1,000 points, a receipt of 100 of them, and an open reservation of 30. */
async function shop() {
  const till = await aTill({ program: PROGRAM })
  const [receiptNumber, other] = [till.next(), await aNeighbour(till)]
  accepted(await till.buy({ amount: 90_000 }))
  accepted(await till.buy({ receiptNumber }))
  const { id: reservationId } = accepted(await till.reserve(30)).body
  const own = till.api.as('member', { memberId: till.memberId })
  const send = (key: string) => own.post('/v1/me/transfers', { to: other.id, points: 1 }, { key })
  return { till, receiptNumber, reservationId, other, send }
}
type Shop = Awaited<ReturnType<typeof shop>>

const COMMANDS: Readonly<Record<string, (shop: Shop) => Promise<Reply>>> = {
  award: ({ till }) => till.buy(),
  refund: ({ till, receiptNumber }) => till.refund(receiptNumber),
  adjust: ({ till }) => till.adjust(5),
  void: ({ till, reservationId }) => till.release(reservationId),
  redeem: ({ till }) => till.redeem(5),
  reserve: ({ till }) => till.reserve(5),
  capture: ({ till, reservationId }) => till.capture(reservationId),
  transfer: ({ send, till }) => send(till.next()),
}
const AS_USUAL = ['award', 'refund', 'adjust', 'void']
const isReplay = ({ headers }: Reply) => headers['idempotency-replayed'] === 'true'

describe('a frozen account', () => {
  test.each(Object.entries(COMMANDS))(
    'and %s: what comes in or goes back goes on, what is spent waits',
    async (name, run) => {
      const one = await shop()
      accepted(await stand(one.till, one.till.memberId, 'freeze'))
      const expected = AS_USUAL.includes(name) ? '201' : '409 account_frozen'
      expect(outcome(await run(one))).toBe(expected)
      accepted(await stand(one.till, one.till.memberId, 'unfreeze'))
      expect(outcome(await run(await thawed(one, name)))).toBe('201')
      await expectSoundBooks(one.till.api.tables)
    },
  )

  /** What may be done once only needs something new to be done with. */
  async function thawed(one: Shop, name: string): Promise<Shop> {
    const receiptNumber = one.till.next()
    accepted(await one.till.buy({ receiptNumber }))
    if (!['void', 'capture'].includes(name)) return { ...one, receiptNumber }
    return { ...one, receiptNumber, reservationId: accepted(await one.till.reserve(7)).body.id }
  }

  test('still expires and matures, because a freeze stops spending and not time', async () => {
    const expiry = { mode: 'rolling', period: 'P1M', roundUp: 'none', restoreGrace: 'P7D' } as const
    const till = await aTill({ program: aProgram({ expiry }) })
    accepted(await till.buy())
    accepted(await stand(till, till.memberId, 'freeze'))
    till.api.clock.set('2026-12-24T00:00:00Z')
    expect(await till.account()).toMatchObject({ balances: { available: 0 }, lifetime: { expired: 100 } })
  })
})

describe('freezing', () => {
  test('answers a STATE entry of 0 points, and its reason is in the audit trail and never in the ledger', async () => {
    const { till } = await shop()
    const { status, body } = await stand(till, till.memberId, 'freeze')
    expect([status, body.entry.type, body.entry.points, body.balances.available]).toEqual([201, 'STATE', 0, 970])
    const trail = await rowsOf(till.api.tables, 'Operations')
    expect(trail.find(({ pk }) => pk === `AUDIT#${body.entry.id}`)).toMatchObject({
      action: 'members.freeze',
      actor: 'local-admin',
      note: 'Asked for',
    })
    expect(JSON.stringify(await rowsOf(till.api.tables, 'Ledger'))).not.toContain('Asked for')
  })

  test('twice is refused, with a key and without, so that nobody takes it for something new', async () => {
    const { till } = await shop()
    const path = `/v1/members/${till.memberId}/freeze`
    expect(outcome(await till.client.post(path, { reason: 'Lost card' }))).toBe('201')
    expect(outcome(await till.client.post(path, { reason: 'Lost card' }))).toBe('409 account_frozen')
    expect(outcome(await stand(till, till.memberId, 'unfreeze'))).toBe('201')
    expect(outcome(await stand(till, till.memberId, 'unfreeze'))).toBe('409 account_not_frozen')
  })

  test('needs a reason, and a role that may', async () => {
    const { till } = await shop()
    const may: Record<Standing, readonly string[]> = {
      freeze: ['manager', 'admin'],
      unfreeze: ['admin'],
      close: ['admin'],
    }
    for (const [deed, roles] of Object.entries(may)) {
      const path = `/v1/members/${till.memberId}/${deed}`
      expect(outcome(await till.client.post(path, {}))).toBe('422 required_field')
      for (const role of ['member', 'cashier', 'manager', 'marketer', 'caller', 'auditor', 'pos'] as const) {
        if (roles.includes(role)) continue
        expect(outcome(await till.api.as(role).post(path, { reason: 'No' }))).toBe('403 forbidden')
      }
    }
    expect(outcome(await till.api.as('manager').post(`/v1/members/${till.memberId}/freeze`, { reason: 'Yes' }))).toBe(
      '201',
    )
  })

  test('of nobody we know is not found', async () => {
    const { till } = await shop()
    for (const deed of ['freeze', 'unfreeze', 'close'] as const) {
      expect(outcome(await stand(till, 'mem_01J9ZZZZZZZZZZZZZZZZZZZZZZ', deed))).toBe('404 not_found')
    }
  })
})

describe('a closed account', () => {
  test.each(Object.entries(COMMANDS))('refuses %s', async (name, run) => {
    const one = await shop()
    accepted(await stand(one.till, one.till.memberId, 'close'))
    const isOfReservation = name === 'capture' || name === 'void'
    expect(outcome(await run(one))).toBe(isOfReservation ? '409 reservation_voided' : '410 account_closed')
    await expectSoundBooks(one.till.api.tables)
  })

  test.each(['freeze', 'unfreeze', 'close'] as const)('refuses %s', async (deed) => {
    const { till } = await shop()
    accepted(await stand(till, till.memberId, 'close'))
    expect(outcome(await stand(till, till.memberId, deed))).toBe('410 account_closed')
  })

  test('has nothing left: points are forfeited as expired and reservations voided in one entry', async () => {
    const { till, reservationId } = await shop()
    const { body } = accepted(await stand(till, till.memberId, 'close'))
    expect([body.entry.type, body.entry.points, body.balances]).toEqual([
      'CLOSE',
      -1_000,
      { available: 0, pending: 0, reserved: 0, debt: 0 },
    ])
    const account = (await expectSoundBooks(till.api.tables)).get(till.memberId)
    expect(account).toMatchObject({ status: 'CLOSED', lifetime: { earned: 1_000, redeemed: 0, expired: 1_000 } })
    const rows = await rowsOf(till.api.tables, 'Ledger')
    expect(rows.find(({ pk }) => pk === keys.reservation(reservationId).pk)?.state).toBe('VOIDED')
    expect(rows.find(({ sk, pk }) => sk === 'ACCOUNT' && pk === `A#${till.memberId}`)?.due).toBeUndefined()
  })

  test('closes over ten open reservations and one that has timed out, each ending as what it was', async () => {
    const { till, reservationId } = await shop()
    accepted(await till.release(reservationId))
    const short = accepted(await till.reserve(1, { expiresInSeconds: 60 })).body.id
    till.api.clock.advance('PT2M')
    const open = []
    for (let count = 0; count < 9; count += 1) open.push(accepted(await till.reserve(2)).body.id)
    accepted(await till.reserve(2))
    till.api.clock.advance('PT1S')
    accepted(await stand(till, till.memberId, 'close'))
    expect(outcome(await till.capture(short))).toBe('409 reservation_expired')
    for (const id of open) expect(outcome(await till.capture(id))).toBe('409 reservation_voided')
    await expectSoundBooks(till.api.tables)
  })

  test('forgives what was owed', async () => {
    const till = await aTill()
    accepted(await till.adjust(-40, { allowDebt: true }))
    const { body } = accepted(await stand(till, till.memberId, 'close'))
    expect([body.entry.points, body.balances.debt]).toEqual([0, 0])
    const account = (await expectSoundBooks(till.api.tables)).get(till.memberId)
    expect([account?.lifetime, account?.debtSince]).toEqual([
      { earned: 40, redeemed: 0, expired: 0, reversed: 40 },
      undefined,
    ])
  })
})

describe('sent again', () => {
  test('each change of status gives its first answer for ever, also after the account was closed', async () => {
    const { till } = await shop()
    const firsts: [Standing, Reply][] = []
    for (const deed of ['freeze', 'unfreeze', 'close'] as const) {
      firsts.push([deed, accepted(await stand(till, till.memberId, deed, deed))])
    }
    till.api.clock.advance('P5Y')
    for (const [deed, first] of firsts) {
      const again = await stand(till, till.memberId, deed, deed)
      expect([again.status, again.body, isReplay(again)]).toEqual([201, first.body, true])
    }
    const other = await till.client.post(`/v1/members/${till.memberId}/close`, { reason: 'Another' }, { key: 'close' })
    expect(outcome(other)).toBe('422 idempotency_key_reused')
  })

  test('what was done before the account was closed is answered as at first', async () => {
    const { till, reservationId, send } = await shop()
    const receipt = { receiptNumber: 'again', purchasedAt: '2026-11-23T09:00:00Z' }
    const deeds: Record<string, () => Promise<Reply>> = {
      buy: () => till.buy(receipt),
      redeem: () => till.redeem(5, {}, 'k'),
      reserve: () => till.reserve(5, { expiresInSeconds: 600 }, 'k'),
      capture: () => till.capture(reservationId, { points: 20 }, 'k'),
      adjust: () => till.adjust(5, {}, 'k'),
      transfer: () => send('k'),
    }
    const firsts = new Map<string, Reply>()
    for (const [name, run] of Object.entries(deeds)) firsts.set(name, accepted(await run()))
    accepted(await stand(till, till.memberId, 'close'))
    for (const [name, run] of Object.entries(deeds)) {
      const again = await run()
      expect([name, again.body, isReplay(again)]).toEqual([name, firsts.get(name)?.body, true])
    }
  })
})

/** Runs `during` between the decision of what follows and its transaction, once. */
async function between(till: Till, during: () => Promise<unknown>, run: () => Promise<Reply>): Promise<Reply> {
  using wire = watchWire(till.api.tables)
  let isFirst = true
  wire.spoil(async ({ name, send }) => {
    if (name !== 'TransactWriteItems' || !isFirst) return send()
    isFirst = false
    await during()
    return send()
  })
  return await run()
}

describe('at the same time', () => {
  test('a freeze and twenty redemptions: whoever redeemed did so before it, and nobody after', async () => {
    const { till } = await shop()
    const replies = await Promise.all([
      ...Array.from({ length: 10 }, () => till.redeem(5)),
      stand(till, till.memberId, 'freeze'),
      ...Array.from({ length: 10 }, () => till.redeem(5)),
    ])
    for (const reply of replies) expect(['201', '409 account_frozen', '503 try_again']).toContain(outcome(reply))
    const entries = (await rowsOf(till.api.tables, 'Ledger'))
      .filter(({ sk, pk }) => pk === `A#${till.memberId}` && String(sk).startsWith('E#'))
      .sort((a, b) => String(a.sk).localeCompare(String(b.sk)))
      .map(({ t }) => t)
    expect(entries.slice(entries.indexOf('STATE'))).toEqual(['STATE'])
    expect(entries.filter((type) => type === 'REDEEM').length).toBe(
      replies.filter((reply) => reply.body.entry?.type === 'REDEEM').length,
    )
  })

  test('a close and awards: no point is left on a closed account, whoever came first', async () => {
    const { till } = await shop()
    const replies = await Promise.all([
      ...Array.from({ length: 6 }, () => till.buy()),
      stand(till, till.memberId, 'close'),
      ...Array.from({ length: 6 }, () => till.buy()),
    ])
    for (const reply of replies) expect(['201', '410 account_closed', '503 try_again']).toContain(outcome(reply))
    const account = (await expectSoundBooks(till.api.tables)).get(till.memberId)
    expect([account?.status, account?.balances.available]).toEqual(['CLOSED', 0])
  })

  test('a redemption that was decided before a freeze is decided again after it', async () => {
    const { till } = await shop()
    const reply = await between(
      till,
      () => stand(till, till.memberId, 'freeze'),
      () => till.redeem(5),
    )
    expect(outcome(reply)).toBe('409 account_frozen')
  })

  test('a reservation that was opened while the account was being closed is voided with the others', async () => {
    const { till } = await shop()
    let late = ''
    const closed = await between(
      till,
      async () => {
        late = accepted(await till.reserve(7)).body.id
      },
      () => stand(till, till.memberId, 'close'),
    )
    expect(outcome(closed)).toBe('201')
    expect(outcome(await till.capture(late))).toBe('409 reservation_voided')
    await expectSoundBooks(till.api.tables)
  })

  test('a capture that was faster than the close has spent its points, and the close forfeits the rest', async () => {
    const { till, reservationId } = await shop()
    const closed = await between(
      till,
      () => till.capture(reservationId),
      () => stand(till, till.memberId, 'close'),
    )
    expect(accepted(closed).body.entry.points).toBe(-970)
    const account = (await expectSoundBooks(till.api.tables)).get(till.memberId)
    expect(account?.lifetime).toMatchObject({ redeemed: 30, expired: 970 })
  })

  test('the same freeze sent twenty times under one key is one entry and one answer', async () => {
    const { till } = await shop()
    const replies = await Promise.all(Array.from({ length: 20 }, () => stand(till, till.memberId, 'freeze', 'k')))
    expect(new Set(replies.map(({ body }) => JSON.stringify(body))).size).toBe(1)
    const states = (await rowsOf(till.api.tables, 'Ledger')).filter(({ t }) => t === 'STATE')
    expect([states.length, replies.filter((reply) => !isReplay(reply)).length]).toEqual([1, 1])
  })
})
