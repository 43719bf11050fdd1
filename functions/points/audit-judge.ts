/**
 * Looks again, strongly consistent, at whatever a scan could not make agree: traffic goes on during an audit, and a row
 * that was read a moment too early is no fault. Only what still disagrees the third time is a finding.
 */
import type { Context } from '../platform/context.ts'
import { type LocalDate, localDate } from '../shared/dates.ts'
import { digestOf, type Unmatched } from '../shared/sketch.ts'
import { AccountFold, readable, type StoredRow } from './audit-account.ts'
import { guardsOf, openClaims, paidClaims, paymentClaim } from './audit-claims.ts'
import { receiptFaults, type ShardSums } from './audit-fold.ts'
import { accountRow, entryRow, entryRows, loadGuard, loadPayment, receiptRows, shardRow } from './audit-store.ts'
import type { Fault, ZoneOf } from './auditing.ts'
import type { Entry } from './entry.ts'
import { SpentRow } from './receipt-row-schema.ts'
import { loadReservations } from './reservation-store.ts'
import { entryFromRow } from './row-schema.ts'

/** Where something is wrong, which invariant says so, and what it is in plain words. */
export type Finding = Fault & { readonly memberId?: string; readonly key?: string }

const LOOKS = 3
const BETWEEN_LOOKS_MS = 100

/** While a transaction commits, one of its rows may show before another; a look later they agree. */
async function confirmed(ctx: Context, look: () => Promise<Finding[]>): Promise<Finding[]> {
  let findings = await look()
  for (let looks = 1; looks < LOOKS && findings.length > 0; looks += 1) {
    await ctx.wait(BETWEEN_LOOKS_MS)
    findings = await look()
  }
  return findings
}

/** The account first and then its entries: those up to its version are there for good, whatever is written meanwhile. */
export function judgeAccount(ctx: Context, memberId: string, zoneOf: ZoneOf): Promise<Finding[]> {
  return confirmed(ctx, async () => {
    const row = await accountRow(ctx, memberId)
    const entries = await entryRows(ctx, memberId)
    const fold = new AccountFold(memberId, zoneOf)
    const version = row && fold.account(row)?.version
    const isNewer = (entry: StoredRow) => version !== undefined && seqOf(entry) > version
    for (const entry of entries) if (!isNewer(entry)) fold.entry(entry)
    const faults = [...fold.end().faults]
    const last = entries.at(-1)
    if (last && isNewer(last)) faults.push(...(await aboveFaults(ctx, memberId, seqOf(last))))
    return faults.map((fault) => ({ ...fault, memberId }))
  })
}

async function aboveFaults(ctx: Context, memberId: string, seq: number): Promise<Fault[]> {
  const version = Number((await accountRow(ctx, memberId))?.v ?? 0)
  return version >= seq
    ? []
    : [{ invariant: 'I4', what: `the account has seen ${version} entries and ${seq} are there` }]
}

function seqOf(row: StoredRow): number {
  return Number(String(row.sk).slice(2))
}

/** One member on its own: the account, and all that its entries and reservations say others say too. */
export async function judgeMember(ctx: Context, memberId: string, zoneOf: ZoneOf): Promise<Finding[]> {
  const findings = await judgeAccount(ctx, memberId, zoneOf)
  const row = await accountRow(ctx, memberId)
  const account = row && new AccountFold(memberId, zoneOf).account(row)
  const claims = account ? openClaims(account) : []
  for (const stored of await entryRows(ctx, memberId)) {
    const entry = readable(() => entryFromRow(stored))
    // One guard of an entry leads to all of them.
    if (entry)
      claims.push(
        ...guardsOf(entry)
          .slice(0, 1)
          .map(({ claim }) => claim),
        ...paidClaims(entry),
      )
  }
  for (const claim of claims) {
    findings.push(...(await judgeUnmatched(ctx, { ...claim, side: 1, digest: digestOf(claim) }, zoneOf)))
  }
  return findings
}

export function judgeReceipt(ctx: Context, key: string): Promise<Finding[]> {
  return confirmed(ctx, async () => {
    const rows = await receiptRows(ctx, key)
    const row = rows.find(({ sk }) => sk === 'RECEIPT')
    const refunds = rows.filter(({ sk, refusal }) => String(sk).startsWith('REFUND#') && refusal === undefined)
    const memberId = [row, ...refunds].map((one) => one?.memberId).find((id) => typeof id === 'string')
    const faults = receiptFaults({ refunds: refunds.length, ...(row && { row }) })
    return faults.map((fault) => ({ ...fault, key, ...(memberId !== undefined && { memberId: String(memberId) }) }))
  })
}

/** What one row claims and no other answers. */
export function judgeUnmatched(ctx: Context, claim: Unmatched, zoneOf: ZoneOf): Promise<Finding[]> {
  return confirmed(ctx, async () => {
    if (claim.kind === 'G') return judgeGuard(ctx, claim)
    if (claim.kind === 'R') return judgeOpen(ctx, claim)
    if (claim.kind === 'S') return judgePayment(ctx, claim, zoneOf)
    return [{ invariant: 'I13', what: `${claim.number} points moved with one entry of the two`, key: claim.digest }]
  })
}

async function loadAuditEntry(ctx: Context, memberId: string, seq: number): Promise<Entry | undefined> {
  const row = await entryRow(ctx, memberId, seq)
  return row && readable(() => entryFromRow(row))
}

async function judgeGuard(ctx: Context, { name: memberId, number: seq, digest, side }: Unmatched): Promise<Finding[]> {
  const entry = await loadAuditEntry(ctx, memberId, seq)
  const found = (what: string): Finding[] => [
    { invariant: 'I6', what, memberId, seq, ...(entry && { key: entry.operation }) },
  ]
  const guards = entry ? guardsOf(entry) : []
  if (side === -1) {
    if (entry === undefined) return found(`an operation names entry ${seq}, which is not there`)
    const isNamed = guards.some(({ claim }) => digestOf(claim) === digest)
    return isNamed ? [] : found(`an operation names entry ${seq}, which belongs to another operation`)
  }
  // An entry that is gone is a fault of its account, which is told there.
  if (entry === undefined) return []
  for (const guarding of guards) {
    const claims = (await loadGuard(ctx, entry.operation, guarding)).map(({ claim }) => digestOf(claim))
    if (!claims.includes(digestOf(guarding.claim))) {
      const what = claims.length === 0 ? 'nothing records' : 'is not told the same way by'
      return found(`${what} the ${guarding.row} of entry ${seq} (${entry.type})`)
    }
  }
  return []
}

async function judgeOpen(ctx: Context, { name: memberId, number: points, ref: id }: Unmatched): Promise<Finding[]> {
  const row = await accountRow(ctx, memberId)
  const account = row && new AccountFold(memberId, () => undefined).account(row)
  const isOpen = account !== undefined && openClaims(account).some(({ ref, number }) => ref === id && number === points)
  const [reservation] = await loadReservations(ctx, [id])
  const isHeld = reservation?.state === 'RESERVED' && reservation.points === points && reservation.memberId === memberId
  if (isOpen === isHeld) return []
  const what = isOpen
    ? `reservation ${id} is open on the account and ${reservation?.state ?? 'nowhere'} in its own row`
    : `reservation ${id} is RESERVED and not open on its account`
  return [{ invariant: 'I8', what, memberId, key: id }]
}

async function judgePayment(ctx: Context, claim: Unmatched, zoneOf: ZoneOf): Promise<Finding[]> {
  const { name: memberId, ref: id, number: points } = claim
  const [reservation] = await loadReservations(ctx, [id])
  const seq = reservation?.done?.seq
  const entry = seq === undefined ? undefined : await loadAuditEntry(ctx, memberId, seq)
  const isPaid = entry !== undefined && paidClaims(entry).some((paid) => digestOf(paid) === claim.digest)
  const row = entry?.receipt && (await loadPayment(ctx, id, { ...entry.receipt, day: dayOf(entry, zoneOf) }))
  const known = row && readable(() => SpentRow.parse(row))
  if (isPaid && known && digestOf(paymentClaim({ ...known, id })) === claim.digest) return []
  const what = isPaid
    ? `the receipt does not know of the ${points} points that reservation ${id} paid for it`
    : `a receipt tells of ${points} points of reservation ${id} that were not captured for it`
  return [{ invariant: 'I8', what, memberId, key: id }]
}

function dayOf({ at, program }: Entry, zoneOf: ZoneOf): LocalDate {
  return localDate(at, zoneOf(program) ?? 'UTC')
}

/**
 * A stock or a budget has given exactly what entries took (I10, I11). While one is drawn from during the pass, only what is
 * certain is judged: entries older than the pass cannot have taken more than is gone now.
 */
export async function judgeShard(ctx: Context, name: string, sums: ShardSums): Promise<Finding[]> {
  const { initial, left, old, all } = sums
  const invariant = name.startsWith('rwd_') ? 'I10' : 'I11'
  const found = (what: string): Finding[] => [{ invariant, what, key: name }]
  if (initial === undefined || left === undefined)
    return found(`entries drew ${all} from ${name}, which does not exist`)
  if (left < 0 || left > initial) return found(`${name} has ${left} left of ${initial}`)
  if (initial - left === all) return []
  const row = await shardRow(ctx, name)
  const gone = row === undefined ? initial - left : Number(row.initial) - Number(row.left)
  const isQuiet = gone === initial - left && old === all
  // Points of a budget only ever go. Pieces of a stock come back too, so while they move nothing can be concluded.
  const isWrong = (invariant === 'I11' && gone < old) || (isQuiet && gone !== all)
  return isWrong ? found(`${gone} are gone from ${name} and entries took ${isQuiet ? all : `${old} or more`}`) : []
}
