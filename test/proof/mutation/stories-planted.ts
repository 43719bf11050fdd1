/** States that cannot be, put there past the product: what a first guard cannot see, the second must. */
import assert from 'node:assert/strict'
import { keys } from '../../../functions/platform/table-design.ts'
import { type Account, type Posting, post } from '../../../functions/points/account.ts'
import { commit, loadAccount } from '../../../functions/points/store.ts'
import { aTill, type Till } from './deeds.ts'
import { before, expectOutcome, replyOf } from './shop.ts'
import type { Story } from './stage.ts'

const COMMIT = 'TransactWriteItems'

const ACCOUNTS: readonly (readonly [told: string, fields: Record<string, unknown>, alarm: string])[] = [
  ['a lot below zero', { a: 100, l: { never: 105, '2030-01-01': -5 } }, 'I3 nothing negative'],
  ['debt beside points', { a: 100, l: { never: 100 }, d: 5 }, 'I3 debt only at available 0'],
  ['lots that do not sum to what is available', { a: 100, l: { never: 99 } }, 'I2 lots sum to available'],
  ['nothing maturing for what is pending', { p: 5, m: {} }, 'I2 maturing sums to pending'],
  ['nothing reserved for what is held', { r: 5, o: {} }, 'I2 reservations sum to reserved'],
]

const UNSOUND: readonly Story[] = ACCOUNTS.map(([told, fields, alarm]) => ({
  name: `an account with ${told} is not written again, and the alarm is raised`,
  async tell(shop) {
    const till = await aTill(shop, 100)
    await till.change('Ledger', keys.account(till.memberId), fields)
    const sent = till.wire.sent.length
    await expectOutcome(till.adjust(-1), `alarm: ${alarm}`)
    assert.equal(till.wire.sent.slice(sent).filter(({ call }) => call.startsWith(COMMIT)).length, 0)
    assert.equal((await till.account()).version, 1)
  },
}))

type Decision = { readonly account: Account; readonly postings: readonly Posting[]; readonly main: number }

/** Ten points more, decided as any command would. */
function tenMore(account: Account): Decision {
  const step = post(account, { type: 'ADJUST', effective: 0 }, (work) => {
    work.balances.available += 10
    work.lots.never = (work.lots.never ?? 0) + 10
    work.lifetime.earned += 10
    return { points: 10, because: [] }
  })
  return { account: step.account, postings: [step.posting], main: 0 }
}

/** Lots that no program could open. */
function withLots(decision: Decision, count: number): Decision {
  const lots = Object.fromEntries(Array.from({ length: count }, (_, n) => [`2${String(n).padStart(8, '0')}`, 1]))
  const balances = { ...decision.account.balances, available: count }
  const account = { ...decision.account, lots, balances }
  const changes = { delta: { available: count - 100 }, lots: { ...lots, never: -100 } }
  return { ...decision, account, postings: decision.postings.map((posting) => ({ ...posting, changes })) }
}

function withChanges(decision: Decision, changes: Partial<Posting['changes']>): Decision {
  const postings = decision.postings.map((posting) => ({ ...posting, changes: { ...posting.changes, ...changes } }))
  return { ...decision, postings }
}

function withAccount(decision: Decision, account: Partial<Account>): Decision {
  return { ...decision, account: { ...decision.account, ...account } }
}

const balances = (available: number) => ({ available, pending: 0, reserved: 0, debt: 0 })

const FALSE: readonly (readonly [told: string, spoil: (decision: Decision) => Decision, alarm: string])[] = [
  ['whose entries do not sum', (one) => withChanges(one, { lots: { never: 11 } }), 'I2 lots sum to available'],
  ['whose account does not sum', (one) => withAccount(one, { lots: { never: 111 } }), 'I2 lots sum to available'],
  [
    'whose entries lead elsewhere',
    (one) => withAccount(one, { lots: { never: 111 }, balances: balances(111) }),
    'I1 entries do not add up to the decision',
  ],
  [
    'of half a point',
    (one) =>
      withChanges(withAccount(one, { lots: { never: 100.5 }, balances: balances(100.5) }), {
        delta: { available: 0.5 },
        lots: { never: 0.5 },
      }),
    'I3 nothing negative',
  ],
  ['that makes an account too large to keep', (one) => withLots(one, 1_500), 'account too large'],
  ['without the entry that answers it', (one) => ({ ...one, main: 7 }), 'a commit without its entry'],
]

async function commitFalsely(till: Till, spoil: (decision: Decision) => Decision) {
  const ctx = till.context()
  const loaded = await loadAccount(ctx, till.memberId)
  return replyOf(() =>
    commit(ctx, {
      loaded,
      decision: spoil(tenMore(loaded.account)),
      operation: 'O#story',
      program: { version: 1, zone: 'Europe/London' },
      statuses: ['ACTIVE'],
      writes: () => [],
    }),
  )
}

const DECISIONS: readonly Story[] = FALSE.map(([told, spoil, alarm]) => ({
  name: `a decision ${told} is never sent`,
  async tell(shop) {
    const till = await aTill(shop, 100)
    assert.equal((await commitFalsely(till, spoil)).outcome, `alarm: ${alarm}`)
    assert.deepEqual(await till.account(), { version: 1, status: 'ACTIVE', ...balances(100) })
    assert.equal((await commitFalsely(till, (one) => one)).outcome, '200')
    assert.equal(await till.available(), 110)
  },
}))

const CHANGED: readonly Story[] = [
  {
    name: 'an account that was frozen past its version does not spend, because its status is a condition too',
    async tell(shop) {
      const till = await aTill(shop, 100)
      before(shop, COMMIT, () => till.change('Ledger', keys.account(till.memberId), { s: 'FROZEN' }))
      await expectOutcome(till.redeem(10), '409 account_frozen')
      assert.equal(await till.available(), 100)
    },
  },
  {
    name: 'an account that was closed past its version does not earn, because its status is a condition too',
    async tell(shop) {
      const till = await aTill(shop, 100)
      before(shop, COMMIT, () => till.change('Ledger', keys.account(till.memberId), { s: 'CLOSED' }))
      await expectOutcome(till.buy(), '410 account_closed')
      assert.equal(await till.available(), 100)
    },
  },
  {
    name: 'a row of the audit trail that stands already is not written over',
    async tell(shop) {
      const till = await aTill(shop, 100)
      const entryId = till.upcomingId('ent')
      await till.plant('Operations', { ...keys.audit(entryId), note: 'the first' })
      await expectOutcome(till.adjust(10), 'alarm: I4 an entry stands above the version')
      assert.equal((await till.row('Operations', keys.audit(entryId)))?.note, 'the first')
      assert.equal(await till.available(), 100)
    },
  },
]

export const PLANTED: readonly Story[] = [...UNSOUND, ...DECISIONS, ...CHANGED]
