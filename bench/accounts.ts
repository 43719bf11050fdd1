/** Accounts as years of use leave them: the usual one that prices are made for, and the largest that the rules allow. */
import { dueKey } from '../functions/platform/table-design.ts'
import { type Account, sum } from '../functions/points/account.ts'
import { rowFromAccount } from '../functions/points/row-schema.ts'
import { OPEN_RESERVATIONS_MAX } from '../functions/points/schema.ts'
import { addMonths } from '../functions/points/tiers.ts'
import { addToDate, localDate, roundUpDate } from '../functions/shared/dates.ts'

const ZONE = 'Europe/London'
const LOT_POINTS = 1_250
const DAY_MS = 86_400_000
/** Days with maturing points that one account may hold where the return window is two weeks. */
const MATURING_DAYS = 15
const QUALIFYING_MONTHS = 12
/** Sixteen days with seven visits each, one digit to base eight for a day. */
const MOST_VISITS = 8 ** 16 - 1

export type Shape = { readonly now: number; readonly lots: number; readonly version?: number }

/** Last days of as many months, the first of them this one: the lots of points that last two years. */
export function months(now: number, count: number): string[] {
  const first = `${localDate(now, ZONE).slice(0, 7)}-01`
  return Array.from({ length: count }, (_, month) => roundUpDate(addToDate(first, `P${month}M`), 'month'))
}

/** With a tier and no reservation. `lots` beyond the 25 of the program are further months. */
export function usualAccount(memberId: string, { now, lots, version = 40 }: Shape): Account {
  const held = Object.fromEntries(months(now, lots).map((day) => [day, LOT_POINTS]))
  return {
    memberId,
    version,
    status: 'ACTIVE',
    balances: { available: sum(Object.values(held)), pending: 0, reserved: 0, debt: 0 },
    ...{ lots: held, maturing: {}, reservations: {} },
    lifetime: { earned: 92_400, redeemed: 41_000, expired: 1_200, reversed: 300 },
    ...{ tier: 'gold', ...levelFor(now), qualifying: boughtIn(pastMonths(now, QUALIFYING_MONTHS), LOT_POINTS) },
    ...{ joinedAt: now - 900 * DAY_MS, hasVerifiedContact: true },
    head: version === 0 ? '' : 'h'.repeat(43),
  }
}

/** A year of it, and the day of its review a month later. */
function levelFor(now: number): Pick<Account, 'tierUntil' | 'tierReview'> {
  const tierUntil = addToDate(localDate(now, ZONE), 'P1Y')
  return { tierUntil, tierReview: addToDate(tierUntil, 'P31D') }
}

/** The months up to this one, `2026-11`. */
function pastMonths(now: number, count: number): string[] {
  const month = localDate(now, ZONE).slice(0, 7)
  return Array.from({ length: count }, (_, ago) => addMonths(month, 0 - ago))
}

function boughtIn(named: readonly string[], spend: number): Record<string, number> {
  return Object.fromEntries(named.map((month) => [`${month}s`, spend]))
}

/**
 * Two years of visits, whose days take two numbers a month, and one more for each day on which some wait: the most that a
 * level is measured by.
 */
function mostQualifying(now: number, waitingFor: readonly string[]): Record<string, number> {
  const counted = pastMonths(now, 24).flatMap((month) => [`${month}v`, `${month}w`])
  const waiting = waitingFor.map((day) => `${day}|${localDate(now, ZONE).slice(0, 7)}v`)
  return Object.fromEntries([...counted, ...waiting].map((key) => [key, MOST_VISITS]))
}

/** Everything that may be open at once is open, and every number is long. */
export function largestAccount(memberId: string, now: number): Account {
  const points = 1_234_567
  const usual = usualAccount(memberId, { now, lots: 25, version: 123_456 })
  const lots = Object.fromEntries(Object.keys(usual.lots).map((day) => [day, points]))
  const days = Array.from({ length: MATURING_DAYS }, (_, day) => addToDate(localDate(now, ZONE), `P${day + 1}D`))
  const maturing = Object.fromEntries(days.map((day) => [`${day}|${Object.keys(lots).at(-1)}`, points]))
  const open = Array.from(
    { length: OPEN_RESERVATIONS_MAX },
    (_, index) => `rsv_01JBENCH${String(index).padStart(18, '0')}`,
  )
  const reservations = Object.fromEntries(open.map((id) => [id, { points, expiresAt: now + 7 * DAY_MS - 1 }]))
  const qualifying = mostQualifying(now, days)
  return {
    ...usual,
    ...{ lots, maturing, reservations, qualifying },
    balances: {
      available: sum(Object.values(lots)),
      pending: sum(Object.values(maturing)),
      reserved: points * OPEN_RESERVATIONS_MAX,
      debt: 0,
    },
    lifetime: { earned: 99_999_999, redeemed: 88_888_888, expired: 7_777_777, reversed: 6_666_666 },
    ...{ tier: 't'.repeat(32), sent: { month: localDate(now, ZONE).slice(0, 7), points } },
  }
}

/** As its row, with the day on which time will change it. */
export function accountRow(account: Account) {
  const [first] = Object.keys(account.lots).sort()
  const row = rowFromAccount(account, first === undefined ? undefined : dueKey(first, account.memberId))
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== undefined))
}
