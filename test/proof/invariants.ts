/**
 * I1 to I13 from the raw rows, worked out without the product: whatever was sent and whatever failed, every account must
 * be the sum of its entries, byte for byte, and every point must be somewhere.
 */
import { createHash } from 'node:crypto'
import { type AccountRow, type EntryRow, type Ledger, type Numbers, seqOf } from './ledger-rows.ts'

/** @returns what does not hold, each with its name and place. */
export function brokenInvariants(ledger: Ledger): string[] {
  return [
    ...[...ledger.accounts].flatMap(([member, account]) => brokenAccount(account, ledger.entries.get(member) ?? [])),
    ...brokenGuards(ledger),
    ...brokenReceipts(ledger),
    ...brokenAwards(ledger),
    ...brokenReservations(ledger),
    ...brokenShards(ledger),
    ...brokenRedemptions(ledger),
    ...brokenTrialBalance(ledger),
  ]
}

const PARTS = ['available', 'pending', 'reserved', 'debt'] as const
const LIFETIME = ['earned', 'redeemed', 'expired', 'reversed'] as const

type Fold = {
  b: number[]
  y: number[]
  l: Record<string, number>
  m: Record<string, number>
  q: Record<string, number>
  o: Record<string, unknown>
  s: string
  head: string
  ds?: unknown
  mi?: unknown
  sn?: unknown
  t?: unknown
  tu?: unknown
  tr?: unknown
}

function brokenAccount(account: AccountRow, entries: readonly EntryRow[]): string[] {
  const broken: string[] = []
  const fold: Fold = { b: [0, 0, 0, 0], y: [0, 0, 0, 0], l: {}, m: {}, q: {}, o: {}, s: 'ACTIVE', head: '' }
  for (const [index, entry] of entries.entries()) {
    if (seqOf(entry) !== index + 1) broken.push(`I4 ${entry.pk} ${entry.sk} stands at place ${index + 1}`)
    if (entry.h !== fold.head || entry.k !== hashOf(entry)) broken.push(`I5 ${entry.pk} ${entry.sk}`)
    addEntry(fold, entry)
    if (String(entry.b) !== String(fold.b))
      broken.push(`I1 ${entry.pk} ${entry.sk} says ${entry.b}, the sum is ${fold.b}`)
  }
  if (account.v !== entries.length) broken.push(`I4 ${account.pk} has version ${account.v}, ${entries.length} entries`)
  if (entries.some(({ vc }) => vc === true) && account.vc !== true) broken.push(`I1 ${account.pk} forgot its contact`)
  if ((account.h ?? '') !== fold.head) broken.push(`I5 ${account.pk} has another head`)
  const stored = spelled(imageOf(account))
  const summed = spelled(imageOfFold(fold))
  return stored === summed ? broken : [...broken, `I1 ${account.pk}: stored ${stored}, summed ${summed}`]
}

function addEntry(fold: Fold, entry: EntryRow): void {
  fold.b = fold.b.map((part, at) => part + (entry.d[PARTS[at] ?? ''] ?? 0))
  fold.y = fold.y.map((part, at) => part + ((entry.y as Numbers | undefined)?.[LIFETIME[at] ?? ''] ?? 0))
  for (const name of ['l', 'm', 'q'] as const) addNumbers(fold[name], entry[name] as Numbers | undefined)
  for (const [id, open] of Object.entries((entry.o as Record<string, unknown> | undefined) ?? {})) {
    if (open === null) delete fold.o[id]
    else fold.o[id] = open
  }
  if (entry.ds !== undefined) fold.ds = entry.ds ?? undefined
  if (entry.s !== undefined) fold.s = String(entry.s)
  if (entry.mi !== undefined) fold.mi = entry.mi
  if (entry.sn !== undefined) fold.sn = entry.sn
  if (entry.tv !== undefined) fold.t = entry.tv
  if (entry.tu !== undefined) fold.tu = entry.tu ?? undefined
  if (entry.tr !== undefined) fold.tr = entry.tr ?? undefined
  fold.head = entry.k
}

function addNumbers(into: Record<string, number>, changes: Numbers = {}): void {
  for (const [key, change] of Object.entries(changes)) {
    into[key] = (into[key] ?? 0) + change
    if (into[key] === 0) delete into[key]
  }
}

function imageOf({ a, p, r, d, y = [0, 0, 0, 0], l = {}, m = {}, q = {}, o = {}, ...rest }: AccountRow) {
  const { s, ds, mi, sn, t, tu, tr } = rest
  return { b: [a, p, r, d], y, l, m, q, o, s, ds, mi, sn, t, tu, tr }
}

function imageOfFold({ head: _, ...image }: Fold) {
  return image
}

/** One spelling for equal values; what is not there does not count. */
function spelled(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(spelled).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const fields = Object.entries(value).filter(([, field]) => field !== undefined)
  return `{${fields
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, field]) => `${JSON.stringify(name)}:${spelled(field)}`)
    .join(',')}}`
}

const time = (at: number) => new Date(at).toISOString()

/** SHA-256 of the hash before and the entry as docs describe its spelling. */
function hashOf(entry: EntryRow): string {
  const { o, rc, b } = entry
  const reservations = o && Object.entries(o as Readonly<Record<string, readonly [number, number] | null>>)
  const [storeId, receiptNumber, refundNumber] = rc ?? []
  const content = {
    memberId: entry.pk.slice(2),
    seq: seqOf(entry),
    id: entry.id,
    type: entry.t,
    operation: entry.op,
    points: entry.n,
    delta: entry.d,
    lots: entry.l,
    maturing: entry.m,
    reservations:
      reservations &&
      Object.fromEntries(
        reservations.map(([id, open]: [string, readonly [number, number] | null]) => [
          id,
          open && { points: open[0], expiresAt: time(open[1]) },
        ]),
      ),
    lifetime: entry.y,
    debtSince: entry.ds,
    qualifying: entry.q,
    status: entry.s,
    mergedInto: entry.mi,
    sent: entry.sn && { month: (entry.sn as [string, number])[0], points: (entry.sn as [string, number])[1] },
    verified: entry.vc,
    tier: entry.tv,
    tierUntil: entry.tu,
    tierReview: entry.tr,
    after: { available: b[0], pending: b[1], reserved: b[2], debt: b[3] },
    because: entry.w,
    program: entry.g,
    actor: entry.u,
    at: time(entry.at),
    effective: time(entry.ef),
    receipt: rc && { storeId, receiptNumber, refundNumber },
    storeId: entry.st,
    reservation: entry.rs,
    expiresOn: entry.x,
  }
  return createHash('sha256')
    .update(entry.h + spelled(content))
    .digest('base64url')
}

/** I6: whoever says that something was decided names an entry that says the same. */
function brokenGuards({ operations, refunds, entries, accounts }: Ledger): string[] {
  const all = [...operations, ...refunds]
  return all.flatMap(([id, { memberId, seq, refusal, kind }]) => {
    if (kind === 'enrol') return refusal || accounts.has(String(memberId)) ? [] : [`I6 ${id} enrolled nobody`]
    if (seq === undefined) return refusal || id.includes(' REFUND#') ? [] : [`I6 ${id} decided nothing`]
    const entry = entries.get(String(memberId))?.[seq - 1]
    const isOwn = entry !== undefined && (entry.op === id || id.startsWith(`${entry.op} REFUND#${entry.rc?.[2]}`))
    return isOwn && refusal === undefined ? [] : [`I6 ${id} names entry ${seq} of ${memberId}, which is not its own`]
  })
}

/** I7, and that what was taken and awarded in all is what the entries say. */
function brokenReceipts({ receipts, entries }: Ledger): string[] {
  const all = [...entries.values()].flat()
  const earned = new Map(all.filter(({ t }) => t === 'EARN').map((entry) => [entry.op, entry]))
  return [...receipts].flatMap(([key, receipt]) => {
    if (receipt.state !== 'AWARDED') return earned.has(key) ? [`I6 ${key} has an entry and waits`] : []
    const { awarded, taken, amount, refunded } = receipt
    const sum = refunded.bare + Object.values(refunded.byLine).reduce((a, b) => a + b, 0)
    const isSound = taken <= awarded && sum <= amount && (sum < amount || amount === 0 || taken === awarded)
    return [
      ...(isSound ? [] : [`I7 ${key}: taken ${taken} of ${awarded}, refunded ${sum} of ${amount}`]),
      ...(earned.has(key) ? [] : [`I6 ${key} was awarded without an entry`]),
    ]
  })
}

/** I6: each award is named by its receipt, or by the change that put another in its place; and by one of them only. */
function brokenAwards({ receipts, refunds, entries }: Ledger): string[] {
  const named = new Map<string, number>()
  const name = (memberId: string, seq: number) =>
    named.set(`${memberId} ${seq}`, (named.get(`${memberId} ${seq}`) ?? 0) + 1)
  for (const { state, memberId, seq } of receipts.values()) if (state === 'AWARDED') name(memberId, seq)
  for (const { was } of refunds.values()) if (was) name(was.memberId, was.seq)
  const earned = [...entries].flatMap(([member, own]) =>
    own.filter(({ t }) => t === 'EARN').map((entry) => `${member} ${seqOf(entry)}`),
  )
  return earned.flatMap((place) =>
    named.get(place) === 1 ? [] : [`I6 award ${place} is named ${named.get(place) ?? 0} times`],
  )
}

/** I8: an open reservation is on its account, an ended one is not, and no more was captured than reserved. */
function brokenReservations({ reservations, accounts, entries }: Ledger): string[] {
  const open = new Set([...accounts.values()].flatMap(({ o = {} }) => Object.keys(o)))
  const all = [...entries.values()].flat()
  const ends = Map.groupBy(
    all.filter(({ t }) => t === 'CAPTURE' || t === 'VOID'),
    ({ rs }) => String(rs),
  )
  const known = [...reservations].flatMap(([id, { state, points }]) => {
    const own = ends.get(id) ?? []
    const isSound =
      open.has(id) === (state === 'RESERVED') &&
      own.length <= 1 &&
      own.every(({ t, n }) => t === 'VOID' || -n <= points)
    return isSound
      ? []
      : [`I8 ${id}: ${state}, ${open.has(id) ? 'open' : 'not open'} on its account, ended ${own.length} times`]
  })
  const unknown = [...open].filter((id) => !reservations.has(id)).map((id) => `I8 ${id} is open and has no row`)
  return [...known, ...unknown]
}

/** I10 and I11: what was drawn and what is left is what there was. Entries name the shard that they drew from. */
function brokenShards({ shards, entries }: Ledger): string[] {
  const drawn = new Map<string, number>()
  for (const entry of [...entries.values()].flat()) {
    for (const { params, points } of entry.w) {
      if (params?.shard === undefined) continue
      const key = `K#${params.subject}#${String(params.shard).padStart(2, '0')}`
      const piece = entry.t === 'REDEEM' || entry.t === 'RESERVE' ? 1 : -1
      drawn.set(key, (drawn.get(key) ?? 0) + (entry.t === 'GRANT' ? points : piece))
    }
  }
  return shards.flatMap(({ pk, initial, left }) => {
    const isSound = left >= 0 && initial === left + (drawn.get(pk) ?? 0)
    return isSound ? [] : [`I10 ${pk}: ${initial} at first, ${left} left, ${drawn.get(pk) ?? 0} drawn`]
  })
}

/** Of every reward that was had there is one record, and it says that it came back where an entry does, and only there. */
function brokenRedemptions({ redemptions, entries }: Ledger): string[] {
  const all = [...entries.values()].flat()
  const voucherIn = ({ w }: EntryRow) => w.find(({ params }) => params?.voucher !== undefined)?.params?.voucher
  const namedBy = (wanted: (entry: EntryRow) => boolean) =>
    all.filter(wanted).map((entry) => String(voucherIn(entry) ?? entry.rs))
  const isForReward = ({ w }: EntryRow) => w.some(({ params }) => String(params?.subject).startsWith('rwd_'))
  const given = namedBy(
    (entry) =>
      (entry.t === 'RESERVE' && isForReward(entry)) || (entry.t === 'REDEEM' && voucherIn(entry) !== undefined),
  )
  const returned = namedBy(({ t, w }) => t === 'RESTORE' && w.some(({ code }) => code === 'reward_returned'))
  const back = redemptions.filter(({ state }) => state === 'cancelled' || state === 'returned').map(({ id }) => id)
  const differ = (one: readonly string[], other: readonly string[]) =>
    String(one.toSorted()) !== String(other.toSorted())
  const known = redemptions.map(({ id }) => id)
  return [
    ...(differ(given, known) ? [`I6 rewards were given as ${given}, and recorded as ${known}`] : []),
    ...(differ(returned, back) ? [`I6 rewards came back as ${returned}, and are recorded so as ${back}`] : []),
  ]
}

function brokenTrialBalance({ accounts }: Ledger): string[] {
  let difference = 0
  for (const { a, p, r, d, y = [0, 0, 0, 0] } of accounts.values()) {
    const [earned = 0, redeemed = 0, expired = 0, reversed = 0] = y
    difference += earned - (a + p + r - d + redeemed + expired + reversed)
  }
  return difference === 0 ? [] : [`I13 issued and accounted for differ by ${difference} points`]
}
