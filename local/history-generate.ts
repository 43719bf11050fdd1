/**
 * Invents half a year of a shop: few members who come often and many who come once, amounts with a long tail,
 * refunds in parts. The same seed and sizes give the same bytes, so that a failure can be repeated.
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Random, seededRandom, shuffled } from './chance.ts'
import { csvLine } from './import-csv.ts'

export type HistorySize = { readonly members: number; readonly receipts: number; readonly refunds: number }
export type GeneratedReceipt = {
  readonly receiptNo: string
  readonly memberNo: string
  readonly atMs: number
  readonly country: string
  readonly pence: number
  readonly lineCount: number
}
export type GeneratedRefund = {
  readonly refundNo: string
  readonly receiptNo: string
  readonly memberNo: string
  readonly atMs: number
  readonly pence: number
}
export type GeneratedHistory = {
  readonly receipts: readonly GeneratedReceipt[]
  readonly refunds: readonly GeneratedRefund[]
}

/** `full` has the size of the half year of a real gift shop. */
export const SIZES = {
  full: { members: 2_718, receipts: 7_409, refunds: 1_445 },
  quick: { members: 136, receipts: 370, refunds: 72 },
} as const satisfies Record<string, HistorySize>

const FROM_MS = Date.UTC(2024, 11, 1)
const DAYS = 182
const DAY_MS = 86_400_000
const MINUTE_MS = 60_000
const TO_MS = FROM_MS + DAYS * DAY_MS
const FIRST_MEMBER = 12_346
const FIRST_RECEIPT = 536_365
const PENCE_MEDIAN = 29_830
const PENCE_SPREAD = 1.1
const PENCE_MIN = 55
const PENCE_MAX = 8_000_000
/** Visits of the n-th keenest member fall with n to this power; one member in 2,718 then brings about 1% of all receipts. */
const FREQUENCY_TAIL = 0.75
/** Share of refunds that join the document of the member's previous one. */
const SHARED_DOCUMENT = 0.4
const COUNTRIES = ['United Kingdom', 'United Kingdom', 'United Kingdom', 'Germany', 'France', 'EIRE', 'Channel Islands']

/** `firstMember` and `firstReceipt` keep two histories apart that go into one run. */
export type GenerateOptions = HistorySize & {
  readonly seed: number
  readonly firstMember?: number
  readonly firstReceipt?: number
}

/** Every member has a receipt, every refund its earlier receipt, and refunds never exceed it. @throws RangeError on sizes that cannot be met. */
export function generateHistory(options: GenerateOptions): GeneratedHistory {
  const { members, receipts: receiptCount, refunds, seed } = options
  if (members < 1 || receiptCount < members || refunds < 0 || refunds > receiptCount) {
    throw new RangeError('a history needs members ≥ 1, receipts ≥ members and refunds ≤ receipts')
  }
  const random = seededRandom(seed)
  const receipts = generateReceipts(options, random)
  return { receipts, refunds: generateRefunds(receipts, refunds, random) }
}

function generateReceipts(options: GenerateOptions, random: Random): GeneratedReceipt[] {
  const { members, receipts, firstMember = FIRST_MEMBER, firstReceipt = FIRST_RECEIPT } = options
  const pick = memberPicker(members, random)
  const buyers = Array.from({ length: receipts }, (_, index) => (index < members ? index : pick()))
  const times = buyers.map(() => openingMinute(random)).sort((a, b) => a - b)
  let receiptNo = firstReceipt - 1
  return shuffled(buyers, random).map((buyer, index) => {
    receiptNo += 1 + Math.floor(random() ** 4 * 6)
    const lineCount = 1 + Math.floor(random() ** 3 * 60)
    return {
      receiptNo: String(receiptNo),
      memberNo: String(firstMember + buyer),
      atMs: times[index] ?? FROM_MS,
      country: COUNTRIES[buyer % COUNTRIES.length] ?? 'Unspecified',
      pence: amount(random),
      lineCount,
    }
  })
}

function memberPicker(members: number, random: Random): () => number {
  const ends: number[] = []
  let total = 0
  for (let rank = 1; rank <= members; rank += 1) {
    total += rank ** -FREQUENCY_TAIL
    ends.push(total)
  }
  return () => {
    const draw = random() * total
    let [low, high] = [0, members - 1]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((ends[middle] ?? total) > draw) high = middle
      else low = middle + 1
    }
    return low
  }
}

/** Doors are open from 08:00 to 18:00 UTC, never on Saturday. */
function openingMinute(random: Random): number {
  const day = FROM_MS + Math.floor(random() * DAYS) * DAY_MS
  const open = new Date(day).getUTCDay() === 6 ? day - DAY_MS : day
  return open + 8 * 60 * MINUTE_MS + Math.floor(random() * 600) * MINUTE_MS
}

/** Log-normal by the sum of twelve draws, which is close enough to a bell and the same on every machine. */
function amount(random: Random): number {
  let bell = -6
  for (let draw = 0; draw < 12; draw += 1) bell += random()
  return Math.min(PENCE_MAX, Math.max(PENCE_MIN, Math.round(PENCE_MEDIAN * Math.exp(PENCE_SPREAD * bell))))
}

function generateRefunds(receipts: readonly GeneratedReceipt[], count: number, random: Random): GeneratedRefund[] {
  const refunds: Omit<GeneratedRefund, 'refundNo'>[] = []
  for (const receipt of shuffled(receipts, random)) {
    const parts = partsOf(receipt.pence, random).slice(0, count - refunds.length)
    const { receiptNo, memberNo, atMs } = receipt
    for (const pence of parts) refunds.push({ receiptNo, memberNo, atMs: laterMinute(atMs, random), pence })
    if (refunds.length >= count) break
  }
  return numberRefunds(
    refunds.sort((a, b) => a.atMs - b.atMs || Number(a.receiptNo) - Number(b.receiptNo)),
    random,
  )
}

/** One document may take goods of several receipts back, so a refund number alone does not name a refund. */
function numberRefunds(refunds: readonly Omit<GeneratedRefund, 'refundNo'>[], random: Random): GeneratedRefund[] {
  const latest = new Map<string, GeneratedRefund>()
  return refunds.map((refund, index) => {
    const before = latest.get(refund.memberNo)
    const joins = before !== undefined && before.receiptNo !== refund.receiptNo && random() < SHARED_DOCUMENT
    const numbered = { refundNo: joins ? before.refundNo : `C${FIRST_RECEIPT + index}`, ...refund }
    if (joins) latest.delete(refund.memberNo)
    else latest.set(refund.memberNo, numbered)
    return numbered
  })
}

/** Most refunds are one part of a receipt, some are the whole of it, a few come in two or three parts. */
function partsOf(pence: number, random: Random): number[] {
  const kind = random()
  if (kind < 0.15) return [pence]
  const count = kind < 0.85 ? 1 : kind < 0.96 ? 2 : 3
  const parts: number[] = []
  let left = pence
  for (let part = 0; part < count && left > 0; part += 1) {
    const taken = kind > 0.98 && part === count - 1 ? left : Math.max(1, Math.floor(left * random() ** 2))
    parts.push(taken)
    left -= taken
  }
  return parts
}

function laterMinute(atMs: number, random: Random): number {
  return atMs + (1 + Math.floor(random() ** 2 * Math.max(1, (TO_MS - atMs) / MINUTE_MS - 1))) * MINUTE_MS
}

/** Writes `receipts.csv` and `refunds.csv` into the folder, with the columns of a real shop's export. */
export async function writeHistory(folder: string, { receipts, refunds }: GeneratedHistory): Promise<void> {
  await mkdir(folder, { recursive: true })
  const receiptLines = receipts.map((row) =>
    csvLine([row.receiptNo, row.memberNo, instant(row.atMs), row.country, row.pence, row.lineCount]),
  )
  const refundLines = refunds.map((row) =>
    csvLine([row.refundNo, row.receiptNo, row.memberNo, instant(row.atMs), row.pence]),
  )
  const receiptHeader = csvLine(['receipt_no', 'member_no', 'purchased_at', 'country', 'amount_pence', 'line_count'])
  const refundHeader = csvLine(['refund_no', 'receipt_no', 'member_no', 'refunded_at', 'amount_pence'])
  await writeFile(join(folder, 'receipts.csv'), [receiptHeader, ...receiptLines].join(''))
  await writeFile(join(folder, 'refunds.csv'), [refundHeader, ...refundLines].join(''))
}

function instant(atMs: number): string {
  return new Date(atMs).toISOString().replace('.000Z', 'Z')
}
