/** Rewards and redemptions as they lie in the tables. A row of an unknown version is refused, never half read. */
import * as z from 'zod'
import { LocalText, StoreId } from '../program/value-schema.ts'
import { FULFILMENTS, KINDS, StoredContent } from './schema.ts'

const ROW_VERSION = { rv: z.literal(1) }
const Instant = z.int().min(0)

const Draft = z.object({ content: StoredContent, by: z.string(), at: Instant })
const Published = Draft.extend({ number: z.int().min(1), selfPublished: z.boolean() })
export type Published = z.infer<typeof Published>

export const Reward = z.object({
  id: z.string(),
  /** Counts the changes of this row; If-Match names it. */
  version: z.int().min(1),
  state: z.enum(['draft', 'active', 'paused', 'ended']),
  /** What members get; absent before the first publication. */
  published: Published.optional(),
  /** What shall become the next version. */
  draft: Draft.optional(),
  /** Into how many shards the stock was cut when it was opened. */
  shards: z.int().min(1).optional(),
})
export type Reward = z.infer<typeof Reward>

export const RewardRow = z
  .object({ ...ROW_VERSION, ...Reward.shape })
  .transform(({ rv: _rv, ...reward }): Reward => reward)

/** Under an Idempotency-Key: the reward as it was made. */
export const MadeRow = z.object({ ...ROW_VERSION, fp: z.string(), reward: Reward })
export type Made = z.infer<typeof MadeRow>

const Deed = z.object({ at: Instant, by: z.string(), storeId: z.string().optional(), operation: z.string().optional() })
export type Deed = z.infer<typeof Deed>

/** What a member got for points, with the terms of that moment. */
export const Redemption = z.object({
  /** Of the voucher, or of the reservation. */
  id: z.string(),
  memberId: z.string(),
  rewardId: z.string(),
  /** The published version that was in force. */
  number: z.int().min(1),
  name: LocalText,
  kind: z.enum(KINDS),
  fulfilment: z.enum(FULFILMENTS),
  points: z.int().min(1),
  valueMinor: z.int().optional(),
  stores: z.array(StoreId).optional(),
  storeId: StoreId.optional(),
  /** What it was paid from, for the day on which it comes back. */
  lots: z.record(z.string(), z.int()),
  shard: z.int().optional(),
  at: Instant,
  /** Of a reservation: until when it is held. */
  heldUntil: Instant.optional(),
  /** Last valid day of a voucher. */
  expiresOn: z.string().optional(),
  /** Counts the changes of this row. */
  revision: z.int().min(1),
  /**
   * `issued`, `used` and `cancelled` of vouchers. Of the rest `requested` from the beginning, because only the
   * reservation tells whether its points were taken, and then where it is.
   */
  state: z.enum([
    'issued',
    'used',
    'cancelled',
    'requested',
    'ready',
    'handed_over',
    'shipped',
    'delivered',
    'returned',
  ]),
  /** What led to the state; absent at the beginning. */
  last: Deed.optional(),
})
export type Redemption = z.infer<typeof Redemption>

export const RedemptionRow = z
  .object({ ...ROW_VERSION, ...Redemption.shape })
  .transform(({ rv: _rv, ...redemption }): Redemption => redemption)

/** What stands behind a voucher's code. */
export const CodeRow = z.object({ ...ROW_VERSION, id: z.string(), memberId: z.string() })
