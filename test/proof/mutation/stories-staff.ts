/** People of the staff: one record each, never without an admin, and nothing is moved by who may not, or for themselves. */
import assert from 'node:assert/strict'
import { enrol } from '../../../functions/members/enrol.ts'
import { patchMember } from '../../../functions/members/patch.ts'
import type { Actor } from '../../../functions/platform/auth.ts'
import { operationId } from '../../../functions/platform/once.ts'
import { keys } from '../../../functions/platform/table-design.ts'
import { adjust } from '../../../functions/points/adjust.ts'
import { capture } from '../../../functions/points/capture.ts'
import { merge } from '../../../functions/points/merge.ts'
import { redeem } from '../../../functions/points/redeem.ts'
import { reserve } from '../../../functions/points/reserve.ts'
import { undo } from '../../../functions/points/undo.ts'
import { voidReservation } from '../../../functions/points/void.ts'
import { decideApproval } from '../../../functions/program/approval-decision.ts'
import { aTill, type Till } from './deeds.ts'
import { JUNE, MAY, type Office, officeOf } from './office.ts'
import { before, expectOutcome, type Reply, type Shop } from './shop.ts'
import type { Story } from './stage.ts'

const COMMIT = 'TransactWriteItems'
const RECORD_KEPT_MS = 10_000
const NOBODY = 'mem_01J9ZZZZZZZZZZZZZZZZZZZZZZ'
const NOWHERE = { rsv: 'rsv_01J9ZZZZZZZZZZZZZZZZZZZZZZ', apr: 'apr_01J9ZZZZZZZZZZZZZZZZZZZZZZ' }
const LIMITED = { staff: { adjustApproveOver: 50 } }
const idOf = ({ body }: Reply) => (body as { id: string }).id
const staffIdIn = ({ body }: Reply) => (body as { more?: { staffId?: string } }).more?.staffId

const INVITATIONS: readonly Story[] = [
  {
    name: 'a person is on the staff once, and an invitation is answered once and for all',
    async tell(shop) {
      const office = officeOf(shop)
      const first = await expectOutcome(office.invited(MAY, { key: 'k' }), '201')
      assert.deepEqual((await expectOutcome(office.invited(MAY, { key: 'k' }), '201 again')).body, first.body)
      await expectOutcome(office.invited(JUNE, { key: 'k' }), '422 idempotency_key_reused')
      const told = await expectOutcome(office.invited(MAY, { key: 'k2' }), '409 staff_exists')
      assert.equal(staffIdIn(told), idOf(first))
      await expectOutcome(office.invited(MAY, { key: 'k2' }), '409 staff_exists again')
      await expectOutcome(office.invited({ ...JUNE, stores: ['nowhere'] }), '404 store_not_found')
      assert.deepEqual((await office.head())?.version, 1)
    },
  },
  {
    name: 'an invitation that was refused twice at the same moment was refused once',
    async tell(shop) {
      const office = officeOf(shop)
      await expectOutcome(office.invited(MAY), '201')
      before(shop, 'PutItem O/OP', () => expectOutcome(office.invited(MAY, { key: 'k' }), '409 staff_exists'))
      await expectOutcome(office.invited(MAY, { key: 'k' }), '409 staff_exists again')
    },
  },
  {
    name: 'two people who are invited at the same moment are both on the staff',
    async tell(shop) {
      const office = officeOf(shop)
      before(shop, COMMIT, () => expectOutcome(office.invited(MAY), '201'))
      const june = await expectOutcome(office.invited(JUNE), '201')
      assert.equal((await office.record(idOf(june)))?.email, JUNE.email)
      assert.equal((await office.head())?.version, 2)
    },
  },
  {
    name: 'a record that stands past the head of the staff is not written over',
    async tell(shop) {
      const office = officeOf(shop)
      const key = keys.staff('subject-1')
      before(shop, COMMIT, () => shop.plant('Operations', { ...key, planted: true }))
      await expectOutcome(office.invited(MAY), '409 staff_exists')
      assert.equal((await shop.row('Operations', key))?.planted, true)
    },
  },
  {
    name: 'a key that was used past the head of the staff invites nobody else',
    async tell(shop) {
      const office = officeOf(shop)
      const key = keys.operation(operationId(shop.context({ key: 'k' }), 'program.inviteStaff'))
      before(shop, COMMIT, () => shop.plant('Operations', { ...key, rv: 1, fp: 'of another' }))
      await expectOutcome(office.invited(MAY, { key: 'k' }), '422 idempotency_key_reused')
      assert.equal(await office.record('subject-1'), undefined)
    },
  },
]

const RECORDS: readonly Story[] = [
  {
    name: 'a record is changed only from the version that was seen, also at the same moment, and never by its own person',
    async tell(shop) {
      const office = officeOf(shop)
      const may = await office.active(MAY)
      await expectOutcome(office.patched(may.id, 1, { name: 'May Ash' }), '412 stale_version')
      await expectOutcome(office.patched(may.id, 2, { roles: ['auditor'] }, { actor: may }), '403 own_account')
      await expectOutcome(office.patched(may.id, 2, { stores: ['nowhere'] }), '404 store_not_found')
      before(shop, COMMIT, () => expectOutcome(office.patched(may.id, 2, { name: 'First' }), '200'))
      await expectOutcome(office.patched(may.id, 2, { name: 'Second' }), '412 stale_version')
      assert.equal((await office.record(may.id))?.name, 'First')
    },
  },
  {
    name: 'a record that was changed past the head of the staff is not written over',
    async tell(shop) {
      const office = officeOf(shop)
      const may = await office.active(MAY)
      before(shop, COMMIT, () => shop.change('Operations', keys.staff(may.id), { version: 7 }))
      await expectOutcome(office.patched(may.id, 2, { name: 'Second' }), '412 stale_version')
      assert.equal((await office.record(may.id))?.name, MAY.name)
    },
  },
  {
    name: 'the last admin stays, also where two take the last two at the same moment',
    async tell(shop) {
      const office = officeOf(shop)
      const [may, june] = [await office.active(MAY), await office.active(JUNE)]
      before(shop, COMMIT, () => expectOutcome(office.patched(may.id, 2, { disabled: true }), '200'))
      await expectOutcome(office.patched(june.id, 2, { disabled: true }), '409 last_admin')
      await expectOutcome(office.patched(june.id, 2, { roles: ['cashier'] }), '409 last_admin')
      assert.deepEqual([(await office.record(june.id))?.state, (await office.head())?.admins], ['active', 1])
    },
  },
  {
    name: 'two changes of two people at the same moment are both made',
    async tell(shop) {
      const office = officeOf(shop)
      const [may, june] = [await office.active(MAY), await office.active(JUNE)]
      before(shop, COMMIT, () => expectOutcome(office.patched(may.id, 2, { name: 'May Ash' }), '200'))
      await expectOutcome(office.patched(june.id, 2, { name: 'June Reed' }), '200')
      assert.deepEqual(
        [(await office.record(may.id))?.name, (await office.record(june.id))?.name],
        ['May Ash', 'June Reed'],
      )
    },
  },
  {
    name: 'who was let go signs in no more until access is given back, in the pool as in the record',
    async tell(shop) {
      const office = officeOf(shop)
      await office.active(JUNE)
      const may = await office.active(MAY)
      await expectOutcome(office.patched(may.id, 2, { disabled: true }), '200')
      await expectOutcome(office.signedIn(may.id), '403 principal_disabled')
      await expectOutcome(office.patched(may.id, 3, { disabled: false }), '200')
      await expectOutcome(office.signedIn(may.id), '200')
      assert.deepEqual(office.pool.calls.slice(2), [`disable ${may.id}`, `enable ${may.id}`])
    },
  },
  {
    name: 'a group of the pool gives who has no record a role, and stores to an admin only',
    async tell(shop) {
      const office = officeOf(shop)
      const claims = async (...groups: string[]) => (await office.signedIn('of-the-pool', groups)).body
      assert.deepEqual(await claims('cashier'), { roles: ['cashier'], stores: [] })
      assert.deepEqual(await claims('admin'), { roles: ['admin'], stores: '*' })
      assert.deepEqual(await claims(), { roles: [], stores: [] })
    },
  },
]

type Deed = (shop: Shop, actor: Actor) => Promise<Reply>

/** What would be answered or refused in another way, if it were looked at. */
const NOTHING = (till: Till, office: Office): Readonly<Record<string, Deed>> => {
  const common = { memberId: till.memberId, storeId: 'central' }
  const key = () => till.next()
  return {
    awardAgain: (_, actor) => till.buy({ receiptNumber: '1', purchasedAt: '2026-11-23T10:00:00Z' }, { actor }),
    refund: (_, actor) => till.refund('nowhere', {}, { actor }),
    redeem: (shop, actor) => shop.ask(redeem, { ...common, points: 9_000 }, { key: key(), actor }),
    capture: (shop, actor) => shop.ask(capture, { reservationId: NOWHERE.rsv }, { key: key(), actor }),
    undo: (shop, actor) => shop.ask(undo, { storeId: 'central', receiptNumber: 'nowhere' }, { actor }),
    enrol: (shop, actor) => shop.ask(enrol, { externalId: 'x1' }, { key: key(), actor }),
    decide: (shop, actor) =>
      shop.ask(decideApproval, { approvalId: NOWHERE.apr, decision: 'approve', reason: 'seen' }, { actor }),
    invite: (_, actor) => office.invited(MAY, { key: key(), actor }),
    patch: (_, actor) => office.patched('nobody', 1, { name: 'Nobody' }, { actor }),
  }
}

/** A till beside a member with a profile, and an admin of the office who is a person. */
async function staffed(shop: Shop): Promise<{ till: Till; office: Office; may: Actor }> {
  const till = await aTill(shop, 0, LIMITED)
  const office = officeOf(shop)
  await office.active(JUNE)
  return { till, office, may: await office.active(MAY) }
}

const ENDED: readonly Story[] = [
  {
    name: 'who was let go does nothing more within ten seconds, and is told nothing of what was there',
    async tell(shop) {
      const { till, office, may } = await staffed(shop)
      await expectOutcome(till.buy({ receiptNumber: '1' }, { actor: may }), '201')
      await expectOutcome(office.patched(may.id, 2, { disabled: true }), '200')
      shop.now += RECORD_KEPT_MS
      for (const [told, deed] of Object.entries(NOTHING(till, office))) {
        assert.deepEqual([told, (await deed(shop, may)).outcome], [told, '403 principal_disabled'])
      }
      assert.equal(await till.available(), 100)
    },
  },
]

type At = { readonly till: Till; readonly home: string; readonly other: string; readonly actor: Actor }

/** Everything that moves points of the own home, or lets others move them. */
const AT_HOME: Readonly<Record<string, (at: At) => Promise<Reply>>> = {
  award: ({ till, actor }) => till.buy({}, { actor }),
  refund: ({ till, actor }) => till.refund('1', {}, { actor }),
  undo: ({ till, actor }) => till.ask(undo, { storeId: 'central', receiptNumber: '1' }, { actor }),
  redeem: ({ till, home, actor }) =>
    till.ask(redeem, { memberId: home, storeId: 'central', points: 1 }, { key: till.next(), actor }),
  reserve: ({ till, home, actor }) =>
    till.ask(reserve, { memberId: home, storeId: 'central', points: 1 }, { key: till.next(), actor }),
  askToAdjust: ({ till, home, actor }) =>
    till.ask(adjust, { memberId: home, points: 51, reason: 'goodwill', note: 'x' }, { key: till.next(), actor }),
  askToMerge: ({ till, home, other, actor }) => till.ask(merge, { memberId: other, into: home }, { actor }),
  askToEnd: ({ till, home, other, actor }) => till.ask(merge, { memberId: home, into: other }, { actor }),
}

const HOME: readonly Story[] = [
  {
    name: 'nobody moves points of their own home, and asks for none',
    async tell(shop) {
      const { till, office, may } = await staffed(shop)
      const [home, other] = [till.memberId, await shop.member()]
      await expectOutcome(till.buy({ receiptNumber: '1' }), '201')
      const reservationId = await till.reserved(10)
      await expectOutcome(office.patched(may.id, 2, { household: [home] }), '200')
      for (const [told, deed] of Object.entries(AT_HOME)) {
        const reply = await deed({ till, home, other, actor: may })
        assert.deepEqual([told, reply.outcome], [told, '403 own_account'])
      }
      const asking = () => ({ key: shop.next(), actor: may })
      await expectOutcome(shop.ask(capture, { reservationId }, asking()), '403 own_account')
      await expectOutcome(shop.ask(voidReservation, { reservationId }, asking()), '403 own_account')
      await expectOutcome(till.buy({ memberId: other }, { actor: may }), '201')
      assert.deepEqual([await till.available(), await till.available(other)], [90, 100])
    },
  },
  {
    name: 'nobody changes the profile of their own home',
    async tell(shop) {
      const { office, may } = await staffed(shop)
      const memberId = shop.upcomingId('mem')
      await expectOutcome(shop.ask(enrol, { name: 'Ann', externalId: 'x1' }, { key: 'k' }), '201')
      await expectOutcome(office.patched(may.id, 2, { household: [memberId] }), '200')
      const changed = (actor?: Actor) =>
        shop.ask(patchMember, { memberId, ifMatch: '"1"', name: 'Anna' }, actor ? { actor } : {})
      await expectOutcome(changed(may), '403 own_account')
      await expectOutcome(changed(), '200')
    },
  },
  {
    name: 'nobody agrees to what moves points of their own home, whichever side of a merger it is',
    async tell(shop) {
      const { till, office, may } = await staffed(shop)
      const [home, other] = [till.memberId, await shop.member()]
      const asked: string[] = []
      for (const wish of [AT_HOME.askToAdjust, AT_HOME.askToMerge, AT_HOME.askToEnd]) {
        asked.push(shop.upcomingId('apr'))
        const actor: Actor = { id: 'manager-1', roles: ['manager'], stores: '*' }
        assert.equal((await wish?.({ till, home, other, actor }))?.outcome, '403 approval_required')
      }
      await expectOutcome(office.patched(may.id, 2, { household: [home, NOBODY] }), '200')
      const decided = (approvalId: string, actor?: Actor) =>
        shop.ask(decideApproval, { approvalId, decision: 'approve', reason: 'seen' }, actor ? { actor } : {})
      for (const approvalId of asked) await expectOutcome(decided(approvalId, may), '403 own_account')
      for (const approvalId of asked) await expectOutcome(decided(approvalId), '200')
    },
  },
]

export const STAFF: readonly Story[] = [...INVITATIONS, ...RECORDS, ...ENDED, ...HOME]
