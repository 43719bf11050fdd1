/** A small ledger with every kind of row, an audit of it, and rows changed behind its back. */
import { DeleteCommand, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb'
import { SYSTEM } from '../../../functions/platform/auth.ts'
import { type Context, contextOf } from '../../../functions/platform/context.ts'
import type { Row } from '../../../functions/platform/table.ts'
import { type Key, keys } from '../../../functions/platform/table-design.ts'
import type { Finding } from '../../../functions/points/audit-judge.ts'
import { auditSegment, closeSums, copyOf, newSums, zonesOf } from '../../../functions/points/audit-pass.ts'
import type { TestApi } from '../../support/api.ts'
import { aProgram } from '../../support/programs.ts'
import { accepted, aTill, type Till } from '../../support/till.ts'

export function systemContext({ services, clock }: TestApi): Context {
  return contextOf(
    { ...services, wait: async () => undefined },
    {
      actor: SYSTEM,
      now: clock.now(),
      requestId: 'audit',
      language: 'en',
    },
  )
}

/** A whole pass in four segments, nobody writing meanwhile. */
export async function auditOf(api: TestApi): Promise<Finding[]> {
  const { findings } = await passOver(api, {
    before: Number.MAX_SAFE_INTEGER,
    total: 4,
    meanwhile: async () => undefined,
  })
  return findings
}

type Pass = {
  readonly before: number
  readonly total: number
  /** Called after each segment. */
  readonly meanwhile: (segment: number) => Promise<unknown>
}

/** `differences`: how many claims the sketch held in the end. */
export async function passOver(api: TestApi, { before, total, meanwhile }: Pass) {
  const ctx = systemContext(api)
  const sums = newSums(before)
  const zoneOf = await zonesOf(ctx)
  const findings: Finding[] = []
  for (let segment = 0; segment < total; segment += 1) {
    const audited = await auditSegment(ctx, { segment, total, sums, zoneOf, goOn: () => true })
    findings.push(...(audited?.findings ?? []))
    await meanwhile(segment)
  }
  const differences = copyOf(sums).sketch.unmatched().claims.length
  return { differences, findings: [...findings, ...(await closeSums(ctx, sums, zoneOf)).findings] }
}

/** `I5 mem_…` of each finding, once and sorted. */
export function named(findings: readonly Finding[]): string[] {
  return [...new Set(findings.map(({ invariant, memberId = '' }) => `${invariant} ${memberId}`))].sort()
}

export type Shop = Till & {
  /** Another member, who was sent 25 points. */
  readonly friendId: string
  readonly openId: string
  readonly capturedId: string
  change(key: Key, change: (row: Row) => Row): Promise<void>
  plant(row: Row): Promise<void>
  remove(key: Key): Promise<void>
  row(key: Key): Promise<Row>
}

export async function aShop(): Promise<Shop> {
  const till = await aTill({
    program: aProgram({ transfer: { enabled: true, minPoints: 1, maxPointsPerMonth: 10_000 } }),
  })
  accepted(await till.buy({ receiptNumber: 'A', amount: 50_000 }))
  accepted(await till.buy({ receiptNumber: 'B', amount: 10_000 }))
  accepted(await till.refund('B', { refundNumber: 'B1', amount: 4_000 }))
  accepted(await till.redeem(50, {}, 'redeemed'))
  const { id: capturedId } = accepted(await till.reserve(40)).body
  accepted(await till.capture(capturedId, { points: 30, receiptNumber: 'C' }))
  const { id: openId } = accepted(await till.reserve(20)).body
  accepted(await till.adjust(15))
  const { id: friendId } = accepted(
    await till.client.post('/v1/members', { externalId: '17851', storeId: 'central' }, { key: 'friend' }),
  ).body
  const sender = till.api.as('member', { memberId: till.memberId })
  accepted(await sender.post('/v1/me/transfers', { to: friendId, points: 25 }, { key: 'sent' }))
  const { tables } = till.api
  const TableName = tables.names.Ledger
  const row = async (Key: Key) => {
    const { Item } = await tables.reader.send(new GetCommand({ TableName, Key, ConsistentRead: true }))
    if (Item === undefined) throw new Error(`there is no ${Key.pk} ${Key.sk}`)
    return Item
  }
  const plant = async (Item: Row) => {
    await tables.reader.send(new PutCommand({ TableName, Item }))
  }
  return {
    ...till,
    openId,
    capturedId,
    friendId,
    row,
    plant,
    change: async (key, change) => plant(change(await row(key))),
    async remove(Key) {
      await row(Key)
      await tables.reader.send(new DeleteCommand({ TableName, Key }))
    },
  }
}

export const entryKey = ({ memberId }: Till, seq: number): Key => keys.entry(memberId, seq)
