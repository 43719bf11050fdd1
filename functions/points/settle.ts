/**
 * What time does to an account: matured points become available, lots past their last valid day expire, reservations
 * time out, old debt is forgiven, purchases count for the tier and its level is reviewed. Whatever touches the account first applies all of it in order of time, so the result
 * is the same whether it was settled daily, once late, or by the next purchase.
 */
import type { ProgramDocument } from '../program/schema.ts'
import { addToDate, type LocalDate, localDate, startOfDay } from '../shared/dates.ts'
import { type Account, type Because, type Expiry, type Lots, post, type Step, sum, type Work } from './account.ts'
import { credit, creditLots, shareDay, takeFromLot, withGrace } from './lots.ts'
import { type TimeEvent, tierEvents } from './tiering.ts'

/**
 * The lots that each reservation past its time was taken from, by reservation id, and the reward that it was for: its piece
 * goes back to where it came from.
 */
export type LapsedLots = Readonly<Record<string, { readonly lots: Lots; readonly source?: Because['params'] }>>

export type SettleTerms = { readonly program: ProgramDocument; readonly now: number; readonly lapsed: LapsedLots }

export type Settled = { readonly account: Account; readonly postings: readonly Step['posting'][] }

/** Reservations whose time has passed; their rows are needed to settle the account. */
export function lapsedReservations(account: Account, now: number): string[] {
  return Object.entries(account.reservations)
    .filter(([, reservation]) => reservation.expiresAt <= now)
    .map(([id]) => id)
}

/** The account as of `now`, with one SETTLE posting if anything moved. */
export function settle(account: Account, { program, now, lapsed }: SettleTerms): Settled {
  const terms = { program, now, today: localDate(now, program.zone), lapsed }
  if (nextEvent(account, terms) === undefined) return { account, postings: [] }
  const step = post(account, { type: 'SETTLE', effective: now }, (work) => {
    const because: Because[] = []
    for (let event = nextEvent(work, terms); event; event = nextEvent(work, terms)) because.push(...event.apply(work))
    return { points: work.balances.available - account.balances.available, because: merged(because) }
  })
  return { account: step.account, postings: [step.posting] }
}

type Terms = SettleTerms & { readonly today: LocalDate }

/** The earliest of each kind is found by comparing dates; only those few meet time zone arithmetic, and usually none. */
function nextEvent(state: Work | Account, terms: Terms): TimeEvent | undefined {
  const { program, now, today } = terms
  const maturing = earliest(Object.keys(state.maturing))
  const lot = earliest(Object.keys(state.lots))
  const [open] = Object.entries(state.reservations).sort(([, a], [, b]) => a.expiresAt - b.expiresAt)
  const events = [
    ...(maturing !== undefined && releaseOf(maturing) <= today ? [activation(maturing, program)] : []),
    ...(lot !== undefined && lot < today ? [expiration(lot, program.zone)] : []),
    ...(open !== undefined && open[1].expiresAt <= now ? [timeOut(open[0], open[1].expiresAt, terms)] : []),
    ...forgiveness(state, program, today),
    ...tierEvents(state, program, today),
  ]
  return events.sort((a, b) => a.at - b.at || a.rank - b.rank)[0]
}

function earliest(keys: readonly string[]): string | undefined {
  return keys.reduce<string | undefined>((first, key) => (first === undefined || key < first ? key : first), undefined)
}

function activation(key: string, { zone, expiry: policy }: ProgramDocument): TimeEvent {
  const [release = '', expiry = ''] = key.split('|')
  return {
    at: startOfDay(release, zone),
    rank: 0,
    apply(work) {
      const points = work.maturing[key] ?? 0
      delete work.maturing[key]
      work.balances.pending -= points
      const repaid = credit(work, expiry, points)
      shareDay(work, policy)
      return cameIn('activated', { points, repaid }, { on: release })
    },
  }
}

function timeOut(id: string, expiresAt: number, { program, lapsed }: Terms): TimeEvent {
  return {
    at: expiresAt,
    rank: 1,
    apply(work) {
      const held = lapsed[id]
      if (held === undefined) throw new Error(`the row of reservation ${id} was not loaded`)
      const { lots, source } = held
      const { repaid, points } = release(work, { id, lots }, { day: localDate(expiresAt, program.zone), program })
      return cameIn('reservation_expired', { points, repaid }, { reservation: id, ...source })
    },
  }
}

/** Gives the points of a reservation back to the lots that they came from. */
export function release(
  work: Work,
  { id, lots }: { readonly id: string; readonly lots: Lots },
  on: { readonly day: LocalDate; readonly program: ProgramDocument },
): { readonly repaid: number; readonly points: number } {
  const points = sum(Object.values(lots))
  delete work.reservations[id]
  work.balances.reserved -= points
  const repaid = creditLots(work, withGrace(lots, on.day, on.program.expiry.restoreGrace))
  shareDay(work, on.program.expiry)
  return { points, repaid }
}

function expiration(expiry: Expiry, zone: string): TimeEvent {
  return {
    at: startOfDay(addToDate(expiry, 'P1D'), zone),
    rank: 2,
    apply(work) {
      const points = takeFromLot(work, expiry, work.lots[expiry] ?? 0)
      delete work.lots[expiry]
      work.lifetime.expired += points
      return [{ rule: 'expiry', points: -points, code: 'expired', params: { on: expiry } }]
    },
  }
}

function forgiveness(state: Work | Account, { refund, zone }: ProgramDocument, today: LocalDate): TimeEvent[] {
  if (state.debtSince === undefined || refund.policy !== 'debt' || refund.forgiveAfter === undefined) return []
  const day = addToDate(state.debtSince, refund.forgiveAfter)
  if (day > today) return []
  const apply = (work: Work): Because[] => {
    const points = work.balances.debt
    work.balances.debt = 0
    work.debtSince = undefined
    work.lifetime.earned += points
    return [{ rule: 'refund', points, code: 'debt_forgiven', params: { on: day } }]
  }
  return [{ at: startOfDay(day, zone), rank: 3, apply }]
}

/** Points that came in, and how many of them went into repaying debt. */
function cameIn(
  code: string,
  { points, repaid }: { readonly points: number; readonly repaid: number },
  params: NonNullable<Because['params']>,
): Because[] {
  return [{ rule: 'settle', points, code, params }, ...repayment(repaid)]
}

export function repayment(repaid: number): Because[] {
  return repaid === 0 ? [] : [{ rule: 'debt', points: -repaid, code: 'debt_repaid' }]
}

function releaseOf(key: string): LocalDate {
  return key.slice(0, key.indexOf('|'))
}

const PARTS_MAX = 12

/** An entry stays small: after twelve parts the rest is told as one sum per code, but for pieces that went back to a stock. */
function merged(because: readonly Because[]): Because[] {
  if (because.length <= PARTS_MAX) return [...because]
  const isPiece = ({ params }: Because) => params?.shard !== undefined
  const sums = new Map<string, Because>()
  for (const part of because.filter((each) => !isPiece(each))) {
    const { rule, code } = part
    sums.set(code, { rule, code, points: (sums.get(code)?.points ?? 0) + part.points })
  }
  return [...sums.values(), ...because.filter(isPiece)]
}
