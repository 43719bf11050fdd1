/** Every command that moves points, each as something that may be sent as often as wished, and the effect it must have once. */
import type { Client, Reply } from './api.ts'
import { aProgram } from './programs.ts'
import { accepted, type Till } from './till.ts'

export type Deed = {
  readonly name: string
  /** Prepares what the deed needs. @returns what sends it, as often as wished, by whomever. */
  readonly prepare: (till: Till) => Promise<(client: Client, key: string, fields?: object) => Promise<Reply>>
  /** What changes its content. */
  readonly other: object
  readonly effect: Record<string, number>
  /** Sent by the member alone, with a token of their own. */
  readonly isOwn?: boolean
  /** Entries that it leaves; one unless told otherwise. */
  readonly entries?: number
}

/** Who may send a deed. */
export function senderOf({ isOwn }: Deed, { api, client, memberId }: Till): Client {
  return isOwn ? api.as('member', { memberId }) : client
}

/** Allows every deed. */
export const PROGRAM = aProgram({ transfer: { enabled: true, minPoints: 1, maxPointsPerMonth: 1_000_000 } })

/** What a member needs so that each deed has something to work on. */
export const POINTS = 1_000
const money = (amount: number) => ({ amount, currency: 'GBP' })

export const KEYED: readonly Deed[] = [
  {
    name: 'redeem',
    async prepare({ memberId }) {
      const body = { memberId, points: 30, storeId: 'central', orderNumber: 'A-1', total: money(5_000) }
      return (client, key, fields) => client.post('/v1/points/redemptions', { ...body, ...fields }, { key })
    },
    other: { points: 31 },
    effect: { available: -30 },
  },
  {
    name: 'reserve',
    async prepare({ memberId }) {
      const body = { memberId, points: 30, storeId: 'central', expiresInSeconds: 604_800 }
      return (client, key, fields) => client.post('/v1/points/reservations', { ...body, ...fields }, { key })
    },
    other: { expiresInSeconds: 604_799 },
    effect: { available: -30, reserved: 30 },
  },
  {
    name: 'capture',
    async prepare({ reserve }) {
      const { id } = accepted(await reserve(30)).body
      return (client, key, fields) =>
        client.post(`/v1/points/reservations/${id}/capture`, { points: 20, receiptNumber: '7', ...fields }, { key })
    },
    other: { points: 19 },
    effect: { available: 10, reserved: -30 },
  },
  {
    name: 'adjust',
    async prepare({ memberId }) {
      const body = { memberId, points: 30, reason: 'service', note: 'Sorry' }
      return (client, key, fields) => client.post('/v1/points/adjustments', { ...body, ...fields }, { key })
    },
    other: { note: 'Sorry!' },
    effect: { available: 30 },
  },
  {
    name: 'transfer',
    async prepare({ client, next }) {
      const member = { externalId: next(), storeId: 'central' }
      const { id: to } = accepted(await client.post('/v1/members', member, { key: next() })).body
      return (own, key, fields) => own.post('/v1/me/transfers', { to, points: 30, ...fields }, { key })
    },
    other: { points: 31 },
    effect: { available: -30 },
    isOwn: true,
    entries: 2,
  },
]
export const VOID: Deed = {
  name: 'void',
  async prepare({ reserve }) {
    const { id } = accepted(await reserve(30)).body
    return (client, key) => client.post(`/v1/points/reservations/${id}/void`, {}, { key })
  },
  other: {},
  effect: { available: 30, reserved: -30 },
}
export const RECEIPTS: readonly Deed[] = [
  {
    name: 'award',
    async prepare({ memberId, next }) {
      const receipt = {
        memberId,
        storeId: 'central',
        receiptNumber: next(),
        purchasedAt: '2026-11-23T09:00:00Z',
        amount: money(5_000),
      }
      return (client, key, fields) => client.post('/v1/points/purchases', { ...receipt, ...fields }, { key })
    },
    other: { amount: money(5_001) },
    effect: { available: 50 },
  },
  {
    name: 'refund',
    async prepare({ buy, next }) {
      const receiptNumber = next()
      accepted(await buy({ receiptNumber, amount: 5_000 }))
      const refund = {
        storeId: 'central',
        receiptNumber,
        refundNumber: 'r1',
        refundedAt: '2026-11-23T09:30:00Z',
        amount: money(4_000),
      }
      return (client, key, fields) => client.post('/v1/points/refunds', { ...refund, ...fields }, { key })
    },
    other: { amount: money(3_999) },
    effect: { available: -40 },
  },
]
export const ALL = [...KEYED, VOID, ...RECEIPTS]
