/** Two accounts of one person become one: everything moves once, and whatever names the merged member reaches the survivor. */
import { describe, expect, test } from 'vitest'
import type { Reply } from '../../support/api.ts'
import { expectSoundBooks } from '../../support/books.ts'
import { aNeighbour, approvedMerge, askMerge, mergeInto, neighbours, stand } from '../../support/neighbours.ts'
import { aProgram, type GivenProgram } from '../../support/programs.ts'
import { rowsOf } from '../../support/tables.ts'
import { accepted, aTill, outcome } from '../../support/till.ts'
import { watchWire } from '../../support/wire.ts'

const NOBODY = 'mem_01J9ZZZZZZZZZZZZZZZZZZZZZZ'
const isReplay = ({ headers }: Reply) => headers['idempotency-replayed'] === 'true'

/** Ann has 100 points by the receipt `a1`, Bob 50 by `b1`. */
async function street(sections: Partial<GivenProgram> = {}) {
  const till = await aTill({ program: aProgram(sections) })
  const [ann, bob] = await neighbours(till)
  accepted(await ann.buy({ receiptNumber: 'a1' }))
  accepted(await bob.buy({ receiptNumber: 'b1', amount: 5_000 }))
  const pair = [ann.id, bob.id] as const
  return { till, ann, bob, pair, books: () => expectSoundBooks(till.api.tables) }
}

describe('a merge', () => {
  test('moves everything in one step, and from then on either name shows the survivor', async () => {
    const { till, ann, bob, books } = await street()
    const { status, body } = await mergeInto(till, ann, bob)
    expect([status, body.entry.type, body.entry.points, body.balances.available]).toEqual([201, 'MERGE_OUT', -100, 0])
    expect([(await ann.balances()).available, (await bob.balances()).available]).toEqual([150, 150])
    const accounts = await books()
    expect(accounts.get(ann.id)).toMatchObject({ status: 'CLOSED', mergedInto: bob.id, lifetime: { earned: 100 } })
    expect(accounts.get(bob.id)).toMatchObject({ status: 'ACTIVE', lifetime: { earned: 50 } })
  })

  test('leaves a row in the audit trail for either side, both with the approval', async () => {
    const { till, ann, bob, pair } = await street()
    const approvalId = await approvedMerge(till, pair)
    accepted(await askMerge(till, pair, { approvalId }))
    const trail = (await rowsOf(till.api.tables, 'Operations')).filter(
      ({ action, pk }) => action === 'members.merge' && String(pk).startsWith('AUDIT#'),
    )
    expect(trail.map(({ memberId, points, approvalId: by, actor }) => [memberId, points, by, actor]).sort()).toEqual(
      [
        [ann.id, -100, approvalId, 'mona'],
        [bob.id, 100, approvalId, 'mona'],
      ].sort(),
    )
  })

  test('costs sixteen write units and two read units: two accounts, two entries, two audit rows, key and approval', async () => {
    const { till, pair } = await street()
    const approvalId = await approvedMerge(till, pair)
    accepted(await askMerge(till, pair, { approvalId }))
    const line = till.api.logs.findLast(({ operation }) => operation === 'members.merge')
    expect(line).toMatchObject({ requests: 3, writeUnits: 16, readUnits: 2 })
  })

  test('goes on and on, so that a member merged twice still leads to who is left', async () => {
    const { till, ann, bob, books } = await street()
    const cleo = await aNeighbour(till)
    await mergeInto(till, ann, bob)
    await mergeInto(till, bob, cleo)
    accepted(await ann.adjust(5))
    expect((await cleo.balances()).available).toBe(155)
    await books()
  })

  test('into a member who was merged reaches the survivor', async () => {
    const { till, ann, bob, books } = await street()
    const cleo = await aNeighbour(till)
    await mergeInto(till, bob, cleo)
    await mergeInto(till, ann, bob)
    expect((await books()).get(ann.id)?.mergedInto).toBe(cleo.id)
    expect((await cleo.balances()).available).toBe(150)
  })
})

describe('a merge is refused', () => {
  test('without the yes of another: first it asks, then it waits, and nothing moves', async () => {
    const { till, ann, pair } = await street()
    const asked = await askMerge(till, pair)
    expect(outcome(asked)).toBe('403 approval_required')
    const waiting = await askMerge(till, pair, { approvalId: asked.body.approvalId })
    expect([outcome(waiting), waiting.body.approvalId]).toEqual(['403 approval_required', asked.body.approvalId])
    expect((await ann.balances()).available).toBe(100)
  })

  test('with a yes that was meant for another pair, or for the other direction', async () => {
    const { till, ann, bob, pair } = await street()
    const cleo = await aNeighbour(till)
    const approvalId = await approvedMerge(till, pair)
    expect(outcome(await askMerge(till, [bob.id, ann.id], { approvalId }))).toBe('422 approval_mismatch')
    expect(outcome(await askMerge(till, [ann.id, cleo.id], { approvalId }))).toBe('422 approval_mismatch')
    expect(outcome(await askMerge(till, pair, { approvalId }))).toBe('201')
  })

  test('before anybody is asked where it cannot be done, so that nobody agrees to nothing', async () => {
    const { till, ann, bob, pair } = await street()
    const cleo = await aNeighbour(till)
    accepted(await stand(till, cleo.id, 'close'))
    accepted(await ann.reserve(5))
    expect(outcome(await askMerge(till, pair))).toBe('409 open_reservation')
    expect(outcome(await askMerge(till, [bob.id, ann.id]))).toBe('409 open_reservation')
    expect(outcome(await askMerge(till, [bob.id, cleo.id]))).toBe('410 account_closed')
    expect(outcome(await askMerge(till, [cleo.id, bob.id]))).toBe('410 account_closed')
    expect(outcome(await askMerge(till, [ann.id, ann.id]))).toBe('422 invalid_value')
    expect(outcome(await askMerge(till, [ann.id, NOBODY]))).toBe('404 member_not_found')
    expect(outcome(await askMerge(till, [NOBODY, ann.id]))).toBe('404 not_found')
    const approvals = (await rowsOf(till.api.tables, 'Operations')).filter(({ pk }) =>
      /^(APPROVAL|REQUEST)#/.test(String(pk)),
    )
    expect(approvals).toEqual([])
  })

  test('while either has a reservation, also where the yes was there before it, and that refusal stays', async () => {
    const { till, bob, pair, books } = await street()
    const approvalId = await approvedMerge(till, pair)
    const { id } = accepted(await bob.reserve(5)).body
    const first = await askMerge(till, pair, { approvalId, key: 'k' })
    expect(outcome(first)).toBe('409 open_reservation')
    accepted(await bob.release(id))
    const again = await askMerge(till, pair, { approvalId, key: 'k' })
    expect([again.body, isReplay(again)]).toEqual([first.body, true])
    expect(outcome(await askMerge(till, pair, { approvalId }))).toBe('201')
    await books()
  })

  test('when its yes was used before, and that is recorded too', async () => {
    const { till, ann, bob, pair } = await street()
    const approvalId = await approvedMerge(till, pair)
    accepted(await askMerge(till, pair, { approvalId, key: 'k' }))
    expect(outcome(await askMerge(till, pair, { approvalId }))).toBe('410 account_closed')
    expect(outcome(await askMerge(till, [bob.id, ann.id], { approvalId }))).toBe('422 invalid_value')
  })
})

describe('what names a merged member', () => {
  test('earns, spends and corrects on the survivor’s account, and each is repeated as it was', async () => {
    const { till, ann, bob, books } = await street()
    await mergeInto(till, ann, bob)
    const deeds: readonly (() => Promise<Reply>)[] = [
      () => ann.buy({ receiptNumber: 'a2', purchasedAt: '2026-11-23T09:00:00Z' }),
      () => ann.redeem(10, {}, 'k'),
      () => ann.reserve(20, {}, 'k'),
      () => ann.adjust(5, {}, 'k'),
    ]
    const firsts: Reply[] = []
    for (const run of deeds) firsts.push(accepted(await run()))
    const reservationId = firsts[2]?.body.id
    const captured = accepted(await ann.capture(reservationId, { points: 15 }, 'c'))
    for (const [index, run] of deeds.entries()) {
      const again = await run()
      expect([again.body, isReplay(again)]).toEqual([firsts[index]?.body, true])
    }
    const again = await ann.capture(reservationId, { points: 15 }, 'c')
    expect([again.body, isReplay(again)]).toEqual([captured.body, true])
    expect((await bob.balances()).available).toBe(150 + 100 - 10 - 15 + 5)
    expect((await books()).get(ann.id)?.version).toBe(2)
  })

  test('as a reservation is voided for the survivor, and a repeat of that is answered', async () => {
    const { till, ann, bob, books } = await street()
    await mergeInto(till, ann, bob)
    const { id } = accepted(await ann.reserve(20)).body
    const first = accepted(await bob.release(id, 'v'))
    expect((await bob.release(id, 'v')).body).toEqual(first.body)
    await books()
  })

  test('as a receipt of before is refunded from the survivor, so that nobody keeps points by being merged', async () => {
    const { till, ann, bob, books } = await street()
    await mergeInto(till, ann, bob)
    const { body } = accepted(await ann.refund('a1', { refundNumber: 'r', amount: 4_000 }))
    expect([body.entry.type, body.entry.points, body.balances.available]).toEqual(['REVERSE', -40, 110])
    const rest = accepted(await ann.refund('a1', { refundNumber: 's', amount: 6_000 }))
    expect(rest.body.balances.available).toBe(50)
    const again = await ann.refund('a1', { refundNumber: 's', amount: 6_000 })
    expect([again.status, again.body.entry]).toEqual([200, rest.body.entry])
    expect((await books()).get(bob.id)?.lifetime).toMatchObject({ earned: 50, reversed: 100 })
  })

  test('as points that paid for a receipt of before come back to the survivor', async () => {
    const { till, ann, bob, books } = await street()
    const { id } = accepted(await ann.reserve(60)).body
    accepted(await ann.capture(id, { receiptNumber: 'a2' }))
    accepted(await ann.buy({ receiptNumber: 'a2', amount: 1_000 }))
    await mergeInto(till, ann, bob)
    expect((await bob.balances()).available).toBe(100 - 60 + 10 + 50)
    accepted(await bob.refund('a2', { amount: 1_000 }))
    expect((await bob.balances()).available).toBe(150)
    expect((await books()).get(bob.id)?.lifetime).toEqual({ earned: 110, redeemed: 0, expired: 0, reversed: 10 })
  })

  test('as a receipt of before is known as the same one, so that it never earns a second time', async () => {
    const { till, ann, bob } = await street()
    const receipt = { receiptNumber: 'a2', purchasedAt: '2026-11-23T09:00:00Z' }
    const first = accepted(await ann.buy(receipt))
    await mergeInto(till, ann, bob)
    const again = await ann.buy(receipt)
    expect([again.status, again.body, isReplay(again)]).toEqual([200, first.body, true])
    expect(outcome(await bob.buy(receipt))).toBe('409 receipt_conflict')
    expect((await bob.balances()).available).toBe(250)
  })

  test('counts towards the survivor’s limits, so that two cards give no second limit', async () => {
    const caps = [{ id: 'day', per: 'day', points: 200, behaviour: 'cap' }] as const
    const { till, ann, bob, books } = await street({ earning: { ...aProgram().earning, caps: [...caps] } })
    await mergeInto(till, ann, bob)
    expect((await bob.buy({ amount: 12_000 })).body.entry.points).toBe(120)
    expect((await ann.quote({ amount: 12_000 })).body.entry.points).toBe(30)
    expect((await ann.buy({ amount: 12_000 })).body.entry.points).toBe(30)
    await books()
  })

  test('is frozen and closed as the survivor, whose account is the only one left', async () => {
    const { till, ann, bob } = await street()
    await mergeInto(till, ann, bob)
    accepted(await stand(till, ann.id, 'freeze'))
    expect(outcome(await bob.redeem(1))).toBe('409 account_frozen')
    accepted(await stand(till, bob.id, 'close'))
    expect(outcome(await ann.buy())).toBe('410 account_closed')
  })
})

describe('sent again', () => {
  test('a merge gives its first answer for ever, also after the survivor was merged and closed', async () => {
    const { till, ann, bob, pair } = await street()
    const approvalId = await approvedMerge(till, pair)
    const first = accepted(await askMerge(till, pair, { approvalId, key: 'k' }))
    const cleo = await aNeighbour(till)
    await mergeInto(till, bob, cleo)
    accepted(await stand(till, cleo.id, 'close'))
    till.api.clock.advance('P5Y')
    const again = await askMerge(till, pair, { approvalId, key: 'k' })
    expect([again.status, again.body, isReplay(again)]).toEqual([201, first.body, true])
    expect(outcome(await askMerge(till, [ann.id, cleo.id], { approvalId, key: 'k' }))).toBe(
      '422 idempotency_key_reused',
    )
  })

  test('what was done before the merge is answered as at first', async () => {
    const { till, ann, bob } = await street()
    const redeemed = accepted(await ann.redeem(10, {}, 'k'))
    const refused = await ann.redeem(5_000, {}, 'no')
    const { id } = accepted(await ann.reserve(20)).body
    const captured = accepted(await ann.capture(id, {}, 'c'))
    await mergeInto(till, ann, bob)
    expect((await ann.redeem(10, {}, 'k')).body).toEqual(redeemed.body)
    expect((await ann.redeem(5_000, {}, 'no')).body).toEqual(refused.body)
    expect((await ann.capture(id, {}, 'c')).body).toEqual(captured.body)
    expect((await bob.balances()).available).toBe(120)
  })
})

describe('at the same time', () => {
  test('two merges that cross end in one survivor with everything, never in two closed accounts', async () => {
    const { till, ann, bob, pair, books } = await street()
    const back = [bob.id, ann.id] as const
    const yes = [await approvedMerge(till, pair), await approvedMerge(till, back)]
    const replies = await Promise.all([
      askMerge(till, pair, { approvalId: yes[0] ?? '' }),
      askMerge(till, back, { approvalId: yes[1] ?? '' }),
    ])
    expect(replies.map(outcome).sort()).toEqual(['201', '422 invalid_value'])
    const states = [...(await books()).values()].filter(({ memberId }) => memberId !== till.memberId)
    expect(states.map(({ status }) => status).sort()).toEqual(['ACTIVE', 'CLOSED'])
    expect([(await ann.balances()).available, (await bob.balances()).available]).toEqual([150, 150])
  })

  test('a merge sent twenty times under twenty keys happens once', async () => {
    const { till, bob, pair, books } = await street()
    const approvalId = await approvedMerge(till, pair)
    const replies = await Promise.all(Array.from({ length: 20 }, () => askMerge(till, pair, { approvalId })))
    const told = replies.map(outcome)
    expect(told.filter((one) => one === '201')).toHaveLength(1)
    for (const one of told) expect(['201', '410 account_closed', '409 approval_used', '503 try_again']).toContain(one)
    await books()
    expect((await bob.balances()).available).toBe(150)
  })

  test('a merge and purchases of both sides: every point ends on the survivor', async () => {
    const { till, ann, bob, pair, books } = await street()
    const approvalId = await approvedMerge(till, pair)
    const replies = await Promise.all([
      ...Array.from({ length: 5 }, () => ann.buy()),
      askMerge(till, pair, { approvalId }),
      ...Array.from({ length: 5 }, () => bob.buy()),
    ])
    const bought = replies.filter(({ status, body }) => status === 201 && body.entry.type === 'EARN').length
    const merged = replies[5]
    if (merged?.status !== 201) accepted(await askMerge(till, pair, { approvalId }))
    expect((await books()).get(bob.id)?.balances.available).toBe(150 + bought * 100)
  })

  test('an approval that was withdrawn between decision and transaction is seen, and nothing moves', async () => {
    const { till, ann, pair } = await street()
    const { approvalId } = (await askMerge(till, pair)).body
    const ida = till.api.as('admin', { id: 'ida' })
    using wire = watchWire(till.api.tables)
    let isFirst = true
    wire.spoil(async ({ name, send }) => {
      if (name !== 'TransactWriteItems' || !isFirst) return send()
      isFirst = false
      const path = `/v1/program/approvals/${approvalId}/decision`
      accepted(await ida.post(path, { decision: 'reject', reason: 'Two persons' }))
      return send()
    })
    expect(outcome(await askMerge(till, pair, { approvalId }))).toBe('409 approval_rejected')
    expect((await ann.balances()).available).toBe(100)
  })
})
