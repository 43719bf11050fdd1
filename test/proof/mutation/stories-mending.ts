/** A wrong award is mended once, by who may, and never turned into points twice; and only who shows the code spends freely. */
import assert from 'node:assert/strict'
import { CODE_STEP_MS, cardCode } from '../../../functions/members/card-code.ts'
import type { Actor } from '../../../functions/platform/auth.ts'
import { keys } from '../../../functions/platform/table-design.ts'
import { correct } from '../../../functions/points/correct.ts'
import { reassign } from '../../../functions/points/reassign.ts'
import { undo } from '../../../functions/points/undo.ts'
import { keyedHash } from '../../../functions/shared/canonical.ts'
import { aProgram, type GivenProgram } from '../../support/programs.ts'
import { aTill, pounds, type Till } from './deeds.ts'
import { type Asking, before, expectOutcome, type Reply } from './shop.ts'
import type { Story } from './stage.ts'

const COMMIT = 'TransactWriteItems'
const READ_ACCOUNT = 'GetItem A/ACCOUNT'
const MAY: Actor = { id: 'may', roles: ['cashier'], stores: ['central'] }
const JUNE: Actor = { ...MAY, id: 'june' }
const slip = (receiptNumber: string) => ({ storeId: 'central', receiptNumber })

const undoing = (till: Till, receipt: string, asking: Asking = {}) => till.ask(undo, slip(receipt), asking)
const correcting = (till: Till, receipt: string, amount: number, asking: Asking = {}) =>
  till.ask(correct, { ...slip(receipt), amount: pounds(amount) }, asking)
const giving = (till: Till, receipt: string, name: object, asking: Asking = {}) =>
  till.ask(reassign, { ...slip(receipt), ...name }, asking)

async function bought(shop: Parameters<Story['tell']>[0], program: Partial<GivenProgram> = {}): Promise<Till> {
  const till = await aTill(shop, 0, program)
  await expectOutcome(till.buy({ receiptNumber: '1' }), '201')
  return till
}

const { earning, redemption } = aProgram()
const CAPPED = { ...earning, caps: [{ id: 'daily', per: 'day' as const, points: 150, behaviour: 'cap' as const }] }

const AWARDS: readonly Story[] = [
  {
    name: 'an undo that is sent again takes back nothing more, and says what it said first',
    async tell(shop) {
      const till = await bought(shop)
      await till.buy()
      await expectOutcome(undoing(till, '1'), '201')
      await expectOutcome(undoing(till, '1'), '200 again')
      assert.equal(await till.available(), 100)
    },
  },
  {
    name: 'a key that mended one way does not mend another way',
    async tell(shop) {
      const till = await bought(shop)
      await expectOutcome(correcting(till, '1', 4_000, { key: 'k' }), '201')
      await expectOutcome(correcting(till, '1', 5_000, { key: 'k' }), '422 idempotency_key_reused')
      await expectOutcome(correcting(till, '1', 4_000, { key: 'k' }), '200 again')
      assert.equal(await till.available(), 40)
    },
  },
  {
    name: 'a key that mended once gives its first answer again, whatever was mended since',
    async tell(shop) {
      const till = await bought(shop)
      await expectOutcome(correcting(till, '1', 4_000, { key: 'k' }), '201')
      await expectOutcome(correcting(till, '1', 7_000, { key: 'k2' }), '201')
      await expectOutcome(correcting(till, '1', 4_000, { key: 'k' }), '200 again')
      assert.equal(await till.available(), 70)
    },
  },
  {
    name: 'a correction that comes late does not bring back what was corrected since',
    async tell(shop) {
      const till = await bought(shop)
      await expectOutcome(correcting(till, '1', 4_000), '201')
      await expectOutcome(correcting(till, '1', 7_000), '201')
      await expectOutcome(correcting(till, '1', 4_000), '409 receipt_conflict')
      assert.equal(await till.available(), 70)
    },
  },
  {
    name: 'two corrections at the same moment are one after the other, and the award counts once',
    async tell(shop) {
      const till = await bought(shop)
      before(shop, COMMIT, () => expectOutcome(correcting(till, '1', 4_000), '201'))
      await expectOutcome(correcting(till, '1', 7_000), '201')
      assert.equal(await till.available(), 70)
    },
  },
  {
    name: 'a refund that meets a correction is decided on what the receipt is then',
    async tell(shop) {
      const till = await bought(shop)
      before(shop, COMMIT, () => expectOutcome(till.refund('1', { amount: pounds(5_000) }), '201'))
      await expectOutcome(correcting(till, '1', 7_000), '409 receipt_refunded')
      assert.equal(await till.available(), 50)
    },
  },
  {
    name: 'a cashier mends the own award within the window and no other',
    async tell(shop) {
      const till = await bought(shop, { staff: { undoWindow: 'PT15M' } })
      await expectOutcome(till.buy({ receiptNumber: '2' }, { actor: MAY }), '201')
      await expectOutcome(undoing(till, '2', { actor: JUNE }), '403 forbidden')
      await expectOutcome(undoing(till, '2', { actor: { ...MAY, stores: ['north'] } }), '403 store_out_of_scope')
      shop.now += 15 * 60_000 + 1
      await expectOutcome(undoing(till, '2', { actor: MAY }), '403 undo_window_passed')
      shop.now -= 1
      await expectOutcome(undoing(till, '2', { actor: MAY }), '201')
    },
  },
  {
    name: 'goods that came back are not awarded again, by whatever way',
    async tell(shop) {
      const till = await bought(shop)
      await expectOutcome(till.refund('1', { amount: pounds(4_000) }), '201')
      await expectOutcome(correcting(till, '1', 9_000), '409 receipt_refunded')
      await expectOutcome(undoing(till, '1'), '201')
      await expectOutcome(correcting(till, '1', 9_000), '409 receipt_refunded')
      await expectOutcome(till.buy({ receiptNumber: '2' }), '201')
      await expectOutcome(till.refund('2'), '201')
      await expectOutcome(undoing(till, '2'), '409 receipt_refunded')
      assert.equal(await till.available(), 0)
    },
  },
  {
    name: 'an undone receipt that is corrected is only awarded, because everything was taken back before',
    async tell(shop) {
      const till = await bought(shop)
      await expectOutcome(undoing(till, '1'), '201')
      await expectOutcome(correcting(till, '1', 4_000), '201')
      const { available, version } = await till.account()
      assert.deepEqual({ available, version }, { available: 40, version: 3 })
    },
  },
  {
    name: 'an undo gives back once what paid for the receipt',
    async tell(shop) {
      const till = await aTill(shop, 500)
      await expectOutcome(till.capture(await till.reserved(200), undefined, { receiptNumber: '1' }), '201')
      await expectOutcome(till.buy({ receiptNumber: '1' }), '201')
      await expectOutcome(undoing(till, '1'), '201')
      await expectOutcome(correcting(till, '1', 10_000), '201')
      await expectOutcome(till.refund('1'), '201')
      assert.equal(await till.available(), 500)
    },
  },
  {
    name: 'an undo cannot take points that have expired, so they are owed',
    async tell(shop) {
      const till = await bought(shop, { expiry: { mode: 'rolling', period: 'P1M', roundUp: 'none' } })
      shop.now += 60 * 86_400_000
      await expectOutcome(undoing(till, '1'), '201')
      const { available, debt } = await till.account()
      assert.deepEqual({ available, debt }, { available: 0, debt: 100 })
    },
  },
  {
    name: 'a correction whose parts do not make up its amount is refused',
    async tell(shop) {
      const till = await aTill(shop)
      await expectOutcome(till.buy({ receiptNumber: '1', tenders: [{ kind: 'cash', amount: 5_000 }] }), '201')
      await expectOutcome(correcting(till, '1', 4_000), '422 total_mismatch')
      const foreign = { amount: { amount: 5_000, currency: 'HKD' } }
      await expectOutcome(till.ask(correct, { ...slip('1'), ...foreign }), '422 currency_mismatch')
    },
  },
  {
    name: 'a receipt under a cap takes its room once, however it is corrected',
    async tell(shop) {
      const till = await bought(shop, { earning: CAPPED })
      await expectOutcome(correcting(till, '1', 12_000), '201')
      assert.equal(await till.available(), 120)
      await expectOutcome(correcting(till, '1', 5_000), '201')
      await expectOutcome(till.buy(), '201')
      assert.equal(await till.available(), 80)
    },
  },
  {
    name: 'a slip that is sent again after its correction gets its first answer',
    async tell(shop) {
      const till = await bought(shop)
      await expectOutcome(correcting(till, '1', 4_000), '201')
      await expectOutcome(till.buy({ receiptNumber: '1' }), '200 again')
      assert.equal(await till.available(), 40)
    },
  },
  {
    name: 'a receipt that goes to another member is taken from the first',
    async tell(shop) {
      const till = await bought(shop)
      const other = await shop.member()
      await expectOutcome(giving(till, '1', { memberId: till.memberId }), '422 invalid_value')
      await expectOutcome(giving(till, '1', { memberId: other }), '201')
      assert.deepEqual([await till.available(), await till.available(other)], [0, 100])
    },
  },
]

const SECRET = 'the secret of the stories'
const CARD = '630012345678'

/** Somebody with points and a card. */
async function carded(shop: Parameters<Story['tell']>[0], cardOnlyMaxPoints = 50): Promise<Till> {
  const till = await aTill(shop, 500, { redemption: { ...redemption, cardOnlyMaxPoints } })
  const claim = keys.claim(keyedHash(SECRET, `card:${CARD}`))
  await shop.plant('Members', { ...claim, rv: 1, memberId: till.memberId, kind: 'card' })
  return till
}

const byCode = (till: Till, points: number, code: string): Promise<Reply> =>
  till.redeem(points, undefined, { memberId: undefined, code })

const CODES: readonly Story[] = [
  {
    name: 'the card alone spends up to the limit of the day and no more',
    async tell(shop) {
      const till = await carded(shop)
      await expectOutcome(till.redeem(30), '201')
      await expectOutcome(till.redeem(21), '409 card_only_limit')
      await expectOutcome(till.reserve(21), '409 card_only_limit')
      await expectOutcome(till.redeem(20), '201')
    },
  },
  {
    name: 'two redemptions by card at the same moment stay under the limit, because the sum is read after the account',
    async tell(shop) {
      const till = await carded(shop)
      before(shop, READ_ACCOUNT, () => expectOutcome(till.redeem(30), '201'))
      await expectOutcome(till.redeem(30), '409 card_only_limit')
      assert.equal(await till.available(), 470)
    },
  },
  {
    name: 'a code opens for a minute and only the one of the moment',
    async tell(shop) {
      const till = await carded(shop)
      const { code } = cardCode(SECRET, CARD, shop.now)
      await expectOutcome(byCode(till, 100, code), '201')
      await expectOutcome(byCode(till, 100, `${CARD}.00000000`), '409 code_expired')
      shop.now += CODE_STEP_MS
      await expectOutcome(byCode(till, 100, code), '201')
      shop.now += CODE_STEP_MS
      await expectOutcome(byCode(till, 100, code), '409 code_expired')
      assert.equal(await till.available(), 300)
    },
  },
  {
    name: 'a code that has ended takes no receipt',
    async tell(shop) {
      const till = await carded(shop)
      await expectOutcome(till.buy({ receiptNumber: '1', memberId: await shop.member() }), '201')
      const { code } = cardCode(SECRET, CARD, shop.now)
      shop.now += 2 * CODE_STEP_MS
      await expectOutcome(giving(till, '1', { code }), '409 code_expired')
    },
  },
]

export const MENDING: readonly Story[] = [...AWARDS, ...CODES]
