import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Account, apply, brokenInvariant } from '../../../functions/points/account.ts'
import { hashOf } from '../../../functions/points/entry.ts'
import { total } from '../../../functions/points/receipt.ts'
import { receiptFromRow } from '../../../functions/points/receipt-row-schema.ts'
import { accountFromRow, entryFromRow, ReservationRow } from '../../../functions/points/row-schema.ts'
import { anAccount, unbooked } from '../../support/account.ts'
import type { Reply } from '../../support/api.ts'
import { aProgram, type GivenProgram } from '../../support/programs.ts'
import { RUNS, SEED } from '../../support/seed.ts'
import { rowsOf } from '../../support/tables.ts'
import { aTill, type Till } from '../../support/till.ts'

const PROGRAMS: readonly Partial<GivenProgram>[] = [
  {},
  {
    earning: { ...aProgram().earning, pending: 'return_window', returnWindow: 'P5D' },
    expiry: { mode: 'rolling', period: 'P20D', roundUp: 'none', restoreGrace: 'P3D' },
    refund: { policy: 'debt', maxDebt: 150, forgiveAfter: 'P30D' },
  },
  {
    earning: {
      ...aProgram().earning,
      caps: [{ id: 'day', per: 'day', points: 180, behaviour: 'cap' }],
      rules: [
        { id: 'spend', kind: 'spend', points: 3, perMinor: 700, wholeSteps: false },
        { id: 'visit', kind: 'visit', points: 5, minBaseMinor: 1_000, maxPerDay: 1 },
      ],
      rounding: 'half_up',
    },
    expiry: { mode: 'inactivity', period: 'P25D', roundUp: 'none', resetBy: ['earn', 'redeem'], restoreGrace: 'P2D' },
    refund: { policy: 'clamp' },
  },
]

type Step = { readonly deed: number; readonly size: number; readonly pick: number; readonly isTwice: boolean }

/** What happened to a shop so far, so that later steps can refer to it. */
type Story = { readonly till: Till; readonly receipts: string[]; readonly reservations: string[] }

/** One step; whatever is refused is as good as what is done. */
async function take(
  { till, receipts, reservations }: Story,
  { deed, size, pick }: Step,
): Promise<() => Promise<Reply>> {
  const key = till.next()
  const some = (known: readonly string[]) => known[pick % Math.max(1, known.length)] ?? 'rsv_01J9ZZZZZZZZZZZZZZZZZZZZZZ'
  const now = new Date(till.api.clock.now()).toISOString()
  const amount = size * 97
  switch (deed) {
    case 0:
    case 1: {
      const receiptNumber = receipts.length < 4 || pick % 3 > 0 ? key : some(receipts)
      receipts.push(receiptNumber)
      const lines = [{ amount: Math.floor(amount / 3) }, { amount: amount - Math.floor(amount / 3) }]
      return () => till.buy({ receiptNumber, amount, purchasedAt: now, ...(pick % 2 && { lines }) })
    }
    case 2: {
      const receiptNumber = pick % 5 === 0 ? key : some(receipts)
      if (pick % 5 === 0) receipts.push(receiptNumber)
      const lines = [{ line: 1 + (pick % 2), amount: Math.floor(amount / 4) }]
      return () =>
        till.refund(receiptNumber, {
          refundNumber: key,
          amount: Math.ceil(amount / 2),
          refundedAt: now,
          ...(pick % 3 === 0 && { lines }),
        })
    }
    case 3:
      return () => till.redeem(size, {}, key)
    case 4:
      return async () => {
        const reply = await till.reserve(size, { expiresInSeconds: 60 + pick * 3_000 }, key)
        if (reply.status === 201 && !reservations.includes(reply.body.id)) reservations.push(reply.body.id)
        return reply
      }
    case 5: {
      const receiptNumber = pick % 2 ? some(receipts) : undefined
      return () => till.capture(some(reservations), { points: size, receiptNumber }, key)
    }
    case 6:
      return () => till.release(some(reservations), key)
    case 7:
      return () => till.adjust(pick % 2 ? size : -size, { allowDebt: pick % 3 === 0 }, key)
    default:
      till.api.clock.advance(deed === 8 ? `PT${1 + size}M` : `P${1 + (pick % 9)}D`)
      return () => till.client.get(`/v1/points/accounts/${till.memberId}`)
  }
}

/** I1 to I8 and I13, from the rows alone. */
async function audit({ api, memberId }: Till): Promise<Account> {
  const rows = await rowsOf(api.tables, 'Ledger')
  const account = accountFromRow(
    memberId,
    rows.find(({ sk }) => sk === 'ACCOUNT'),
  )
  const entries = rows
    .filter(({ sk }) => String(sk).startsWith('E#'))
    .map(entryFromRow)
    .sort((a, b) => a.seq - b.seq)
  expect(entries.map(({ seq }) => seq)).toEqual(Array.from({ length: account.version }, (_, index) => index + 1))
  const { joinedAt, hasVerifiedContact } = account
  let folded = anAccount({ memberId, version: 0, head: '', joinedAt, hasVerifiedContact })
  for (const entry of entries) {
    expect([entry.previous, entry.hash]).toEqual([folded.head, hashOf(entry)])
    folded = { ...apply(folded, entry.changes), version: entry.seq, head: entry.hash }
    expect(folded.balances).toEqual(entry.after)
    expect(brokenInvariant(folded)).toBeUndefined()
  }
  expect(folded).toEqual(account)
  expect(unbooked(account)).toBe(0)
  for (const row of rows.filter(({ sk }) => sk === 'RECEIPT')) {
    const receipt = receiptFromRow(row)
    if (receipt.state === 'WAITING') continue
    expect(receipt.taken).toBeLessThanOrEqual(receipt.awarded)
    expect(total(receipt.refunded)).toBeLessThanOrEqual(receipt.amount)
  }
  const operations = rows.filter(({ sk }) => sk === 'OP' || sk === 'RECEIPT' || String(sk).startsWith('REFUND#'))
  const named = operations.flatMap((row) => (row.seq === undefined ? [] : [row.seq]))
  expect(new Set(named).size).toBe(named.length)
  const open = rows.filter(({ sk, state }) => sk === 'RESERVATION' && state === 'RESERVED')
  expect(open.map((row) => [String(row.pk).slice(2), ReservationRow.parse(row).points]).sort()).toEqual(
    Object.entries(account.reservations)
      .map(([id, { points }]) => [id, points])
      .sort(),
  )
  return account
}

const steps = fc.array(
  fc.record({
    deed: fc.integer({ min: 0, max: 9 }),
    size: fc.integer({ min: 1, max: 200 }),
    pick: fc.nat(20),
    isTwice: fc.boolean(),
  }),
  { minLength: 10, maxLength: 35, size: 'max' },
)

test.each([0, 1, 2])(
  'whatever is sent, twice, at once and over weeks, the books are sound: program %i',
  async (index) => {
    const program = aProgram(PROGRAMS[index])
    let moved = 0
    await fc.assert(
      fc.asyncProperty(steps, async (story) => {
        const till = await aTill({ program })
        const known: Story = { till, receipts: [], reservations: [] }
        for (const step of story) {
          const send = await take(known, step)
          const replies = await Promise.all(step.isTwice ? [send(), send()] : [send()])
          for (const { status, body } of replies) expect([status < 500, body.code]).toEqual([true, body.code])
          const effects = replies.filter(
            ({ status, headers }) => status === 201 && headers['idempotency-replayed'] !== 'true',
          )
          expect(effects.length).toBeLessThanOrEqual(1)
          moved += effects.length
        }
        const account = await audit(till)
        const shown = await till.account()
        expect(shown.version).toBe(account.version)
      }),
      { seed: SEED + index, numRuns: 10 * RUNS },
    )
    expect(moved).toBeGreaterThan(50)
  },
  30_000 * RUNS,
)
