/** A level is earned by what was bought and stays that of the person: refunds, reviews and mergers change it by rule. */
import assert from 'node:assert/strict'
import { type Actor, SYSTEM } from '../../../functions/platform/auth.ts'
import { keys } from '../../../functions/platform/table-design.ts'
import { merge } from '../../../functions/points/merge.ts'
import { settleAccount } from '../../../functions/points/settle-account.ts'
import { decideApproval } from '../../../functions/program/approval-decision.ts'
import { aProgram, type GivenProgram } from '../../support/programs.ts'
import { countedLater, someTiers } from '../../support/tiers.ts'
import { aTill, pounds, type Till } from './deeds.ts'
import { expectOutcome, type Shop } from './shop.ts'
import type { Story } from './stage.ts'

const DAY_MS = 86_400_000
const MANAGER: Actor = { id: 'manager-1', roles: ['manager'], stores: '*' }

/** Gold from £10, platinum from £50, by calendar year; each counts at once unless told otherwise. */
const BY_YEAR: Partial<GivenProgram> = { tiers: someTiers({ period: { kind: 'calendar_year' } }) }

const levelRow = async (till: Till, memberId = till.memberId) => {
  const { q, t } = (await till.row('Ledger', keys.account(memberId))) ?? {}
  return { q, t }
}

/** With an approval; the one who ends and the one who stays. */
async function merged(shop: Shop, memberId: string, into: string): Promise<void> {
  const approvalId = shop.upcomingId('apr')
  await expectOutcome(shop.ask(merge, { memberId, into }, { actor: MANAGER }), '403 approval_required')
  await expectOutcome(shop.ask(decideApproval, { approvalId, decision: 'approve', reason: 'one person' }), '200')
  await expectOutcome(shop.ask(merge, { memberId, into, approvalId }, { actor: MANAGER }), '201')
}

export const LEVELS: readonly Story[] = [
  {
    name: 'a level is reached with the purchase that earns it, and a refund takes from what counts already',
    async tell(shop) {
      const till = await aTill(shop, 0, { ...BY_YEAR, earning: countedLater(aProgram().earning) })
      await expectOutcome(till.buy({ receiptNumber: '1', amount: pounds(1_500) }), '201')
      shop.now += 20 * DAY_MS
      await expectOutcome(till.ask(settleAccount, { memberId: till.memberId }, { actor: SYSTEM }), '200')
      assert.deepEqual(await levelRow(till), { q: { '2026-11s': 1_500 }, t: 'gold' })
      await expectOutcome(till.refund('1', { amount: pounds(400) }), '201')
      assert.deepEqual(await levelRow(till), { q: { '2026-11s': 1_100 }, t: 'gold' })
    },
  },
  {
    name: 'a review takes one step down where the program says so, and no further',
    async tell(shop) {
      const till = await aTill(shop, 0, BY_YEAR)
      await expectOutcome(till.buy({ amount: pounds(6_000) }), '201')
      assert.equal((await levelRow(till)).t, 'platinum')
      shop.now += 500 * DAY_MS
      await expectOutcome(till.buy({ amount: pounds(100) }), '201')
      assert.equal((await levelRow(till)).t, 'gold')
    },
  },
  {
    name: 'a level that was earned again in its own period is kept',
    async tell(shop) {
      const till = await aTill(shop, 0, BY_YEAR)
      await expectOutcome(till.buy({ amount: pounds(6_000) }), '201')
      shop.now += 200 * DAY_MS
      await expectOutcome(till.buy({ amount: pounds(6_000) }), '201')
      shop.now += 300 * DAY_MS
      await expectOutcome(till.buy({ amount: pounds(100) }), '201')
      assert.equal((await levelRow(till)).t, 'platinum')
    },
  },
  {
    name: 'two who become one have the level of both together, and the proof of either',
    async tell(shop) {
      const till = await aTill(shop, 0, BY_YEAR)
      const other = await shop.member()
      await shop.change('Ledger', keys.account(other), { vc: true })
      for (const memberId of [till.memberId, other]) {
        await expectOutcome(till.buy({ memberId, amount: pounds(3_000) }), '201')
      }
      await merged(shop, other, till.memberId)
      assert.deepEqual(await levelRow(till), { q: { '2026-11s': 6_000 }, t: 'platinum' })
      assert.equal((await till.row('Ledger', keys.account(till.memberId)))?.vc, true)
    },
  },
]
