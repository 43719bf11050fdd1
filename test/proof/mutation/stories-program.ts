/** Publications follow one another, and no receipt is calculated with rules that came after it. */
import assert from 'node:assert/strict'
import { keys } from '../../../functions/platform/table-design.ts'
import { putProgram } from '../../../functions/program/put.ts'
import { putStore } from '../../../functions/program/put-store.ts'
import { aProgram, type GivenProgram } from '../../support/programs.ts'
import { aTill } from './deeds.ts'
import { before, expectOutcome, publish, type Reply, type Shop } from './shop.ts'
import type { Story } from './stage.ts'

const COMMIT = 'TransactWriteItems'

const published = (shop: Shop, version?: number, sections: Partial<GivenProgram> = {}): Promise<Reply> =>
  shop.ask(putProgram, {
    document: aProgram(sections),
    ...(version !== undefined && { ifMatch: `"${version}"` }),
  })

const stored = (shop: Shop, version?: number, name = 'Central'): Promise<Reply> =>
  shop.ask(putStore, {
    storeId: 'central',
    store: { name },
    ...(version !== undefined && { ifMatch: `"${version}"` }),
  })

const latest = async (shop: Shop) => (await shop.row('Operations', keys.programHead()))?.latest

const generous = (): Partial<GivenProgram> => {
  const { earning } = aProgram()
  return {
    earning: { ...earning, rules: [{ id: 'spend', kind: 'spend', points: 2, perMinor: 100, wholeSteps: false }] },
  }
}

const VERSIONS: readonly Story[] = [
  {
    name: 'a program is published only over the version that was seen',
    async tell(shop) {
      await expectOutcome(published(shop, 1), '412 stale_version')
      await expectOutcome(published(shop), '201')
      await expectOutcome(published(shop), '428 if_match_required')
      await expectOutcome(published(shop, 1), '200')
      await expectOutcome(published(shop, 1), '412 stale_version')
      assert.equal(await latest(shop), 2)
    },
  },
  {
    name: 'two first publications at the same moment are one',
    async tell(shop) {
      before(shop, COMMIT, () => expectOutcome(published(shop), '201'))
      await expectOutcome(published(shop, undefined, generous()), '412 stale_version')
      assert.equal(await latest(shop), 1)
    },
  },
  {
    name: 'two publications over the same version at the same moment are one',
    async tell(shop) {
      await expectOutcome(published(shop), '201')
      before(shop, COMMIT, () => expectOutcome(published(shop, 1), '200'))
      await expectOutcome(published(shop, 1, generous()), '412 stale_version')
      assert.equal(await latest(shop), 2)
    },
  },
  {
    name: 'a version that stands above its head is not written over',
    async tell(shop) {
      await expectOutcome(published(shop), '201')
      await shop.plant('Operations', { ...keys.programVersion(2), planted: true })
      await expectOutcome(published(shop, 1), 'alarm: program version 2 stands above its head')
      assert.equal((await shop.row('Operations', keys.programVersion(2)))?.planted, true)
    },
  },
  {
    name: 'a publication that meets the first receipt begins the day after, because the receipt was calculated before it',
    async tell(shop) {
      const till = await aTill(shop)
      before(shop, COMMIT, () => expectOutcome(till.buy(), '201'))
      const { body } = await expectOutcome(published(shop, 1, generous()), '200')
      assert.equal((body as { state: string }).state, 'published')
      await expectOutcome(till.buy(), '201')
      assert.equal(await till.available(), 200)
    },
  },
  {
    name: 'a first receipt that meets a publication is calculated with it',
    async tell(shop) {
      const till = await aTill(shop)
      before(shop, COMMIT, () => expectOutcome(published(shop, 1, generous()), '200'))
      await expectOutcome(till.buy(), '201')
      assert.equal(await till.available(), 200)
    },
  },
  {
    name: 'a receipt after the first says so to every publication, so that rules begin tomorrow at the earliest',
    async tell(shop) {
      const till = await aTill(shop, 100)
      assert.equal((await shop.row('Operations', keys.programHead()))?.hasReceipts, true)
      const { body } = await expectOutcome(published(till, 1, generous()), '200')
      assert.equal((body as { state: string }).state, 'published')
    },
  },
]

const STORES: readonly Story[] = [
  {
    name: 'a store is changed only from the version that was seen, also at the same moment',
    async tell(shop) {
      await publish(shop)
      await expectOutcome(stored(shop), '428 if_match_required')
      await expectOutcome(stored(shop, 7), '412 stale_version')
      before(shop, 'PutItem', () => expectOutcome(stored(shop, 1, 'First'), '200'))
      await expectOutcome(stored(shop, 1, 'Second'), '412 stale_version')
      assert.equal((await shop.row('Operations', keys.store('central')))?.name, 'First')
    },
  },
  {
    name: 'a store that two make at the same moment is made once',
    async tell(shop) {
      before(shop, 'PutItem', () => expectOutcome(stored(shop, undefined, 'First'), '201'))
      await expectOutcome(stored(shop, undefined, 'Second'), '412 stale_version')
      assert.equal((await shop.row('Operations', keys.store('central')))?.name, 'First')
    },
  },
]

export const PROGRAM: readonly Story[] = [...VERSIONS, ...STORES]
