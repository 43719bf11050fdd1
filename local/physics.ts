/**
 * What DynamoDB does under load and an engine on one machine does not: items of a transaction are held for a while, and a
 * partition gives only so much. Pure: time is an argument and chance is seeded, so a run can be repeated exactly.
 *
 *     const physics = new Physics({ seed: 7 })
 *     const call = callOf('TransactWriteItems', request)
 *     const verdict = physics.begin(now(), call)
 *     if (verdict.kind === 'refuse') throw …            // verdict.refused, in DynamoDB's own words
 *     try { await wait(verdict.until - now()); … send … } finally { physics.end(now(), verdict.ticket) }
 *
 * With an SDK client use `sdkPhysics` of `sdk-physics.ts`, which does just that.
 *
 * Not modelled: capacity of indexes, of BatchWriteItem and of what is refused, and the growth of a busy table.
 */
import { type Random, seededRandom } from './chance.ts'
import type { DynamoCall } from './dynamo-call.ts'
import { conflictOf, inProgress, type Refused, throttleOf } from './refusals.ts'

export type PhysicsOptions = {
  readonly seed: number
  /** How long a transaction holds its items, in milliseconds. */
  readonly holdMs?: readonly [least: number, most: number]
  /** Units per second of one partition key. */
  readonly partition?: Throughput
  /** Units per second of one table. */
  readonly table?: Throughput
  /** Seconds of unused throughput that may be used later. */
  readonly burstSeconds?: number
}
export type Throughput = { readonly write: number; readonly read: number }

/** As documented for DynamoDB: limits of a partition, and of an on-demand table that is new. */
const PARTITION: Throughput = { write: 1_000, read: 3_000 }
const NEW_TABLE: Throughput = { write: 4_000, read: 12_000 }
const BURST_SECONDS = 300
const HOLD_MS = [12, 25] as const

/** Given back to `end` when the call is over. */
export type Ticket = {
  readonly held: readonly string[]
  readonly token?: string
  readonly reads?: { readonly buckets: readonly string[]; readonly units: number }
}
export type Verdict =
  /** `until`: the time before which the call cannot be over. */
  | { readonly kind: 'go'; readonly until: number; readonly ticket: Ticket }
  | { readonly kind: 'refuse'; readonly refused: Refused }

export type Met = { conflict: number; throttle: number; inProgress: number }

type Bucket = { units: number; at: number }

/** Buckets are forgotten when they are as good as new, or every receipt of a long run would keep one. */
const BUCKETS_MAX = 10_000
const AS_GOOD_AS_NEW = 0.1

export class Physics {
  /** How often each refusal was given. */
  readonly met: Met = { conflict: 0, throttle: 0, inProgress: 0 }
  readonly #options: Required<PhysicsOptions>
  readonly #random: Random
  readonly #held = new Set<string>()
  readonly #tokens = new Set<string>()
  readonly #buckets = new Map<string, Bucket>()
  #pruneAt = BUCKETS_MAX
  #newAt: number | undefined

  constructor(options: PhysicsOptions) {
    this.#options = {
      holdMs: HOLD_MS,
      partition: PARTITION,
      table: NEW_TABLE,
      burstSeconds: BURST_SECONDS,
      ...options,
    }
    this.#random = seededRandom(options.seed)
  }

  get bucketCount(): number {
    return this.#buckets.size
  }

  /** Reads of single items are never refused by a transaction; they see what was there before it. */
  begin(now: number, call: DynamoCall): Verdict {
    this.#newAt ??= now
    const isExclusive = call.kind === 'transaction' || call.kind === 'snapshot' || call.kind === 'write'
    if (call.token !== undefined && this.#tokens.has(call.token)) {
      this.met.inProgress += 1
      return { kind: 'refuse', refused: inProgress() }
    }
    const met = indexesOf(call, ({ item }) => isExclusive && this.#held.has(item))
    if (met.size > 0) {
      this.met.conflict += 1
      return { kind: 'refuse', refused: conflictOf(call, met) }
    }
    const short = this.#take(now, call)
    if (short.size > 0) {
      this.met.throttle += 1
      return { kind: 'refuse', refused: throttleOf(call, short) }
    }
    return this.#go(now, call)
  }

  /** @param units what the engine says a read has consumed, when it says so. */
  end(now: number, { held, token, reads }: Ticket, units?: number): void {
    for (const item of held) this.#held.delete(item)
    if (token !== undefined) this.#tokens.delete(token)
    const more = units === undefined || reads === undefined ? 0 : units - reads.units
    if (more > 0) for (const name of reads?.buckets ?? []) this.#bucket(now, name).units -= more
  }

  #go(now: number, call: DynamoCall): Verdict {
    const { kind, items, token } = call
    if (kind !== 'transaction') {
      const [first] = items
      const reads = { buckets: first ? bucketsOf(first, 'read') : [], units: first?.units ?? 0 }
      return { kind: 'go', until: now, ticket: { held: [], ...(kind === 'read' && items.length === 1 && { reads }) } }
    }
    const [least, most] = this.#options.holdMs
    const held = items.map(({ item }) => item)
    for (const item of held) this.#held.add(item)
    if (token !== undefined) this.#tokens.add(token)
    const ticket = { held, ...(token !== undefined && { token }) }
    return { kind: 'go', until: now + least + this.#random() * (most - least), ticket }
  }

  /** Takes the units of all items, or of none. @returns the items for which there were not enough. */
  #take(now: number, { kind, items }: DynamoCall): ReadonlySet<number> {
    const use = kind === 'transaction' || kind === 'write' ? 'write' : 'read'
    const wanted = new Map<string, number>()
    for (const item of items) {
      for (const name of bucketsOf(item, use)) wanted.set(name, (wanted.get(name) ?? 0) + item.units)
    }
    const empty = new Set<string>()
    for (const [name, units] of wanted) if (this.#bucket(now, name).units < units) empty.add(name)
    const short = indexesOf({ items }, (item) => bucketsOf(item, use).some((name) => empty.has(name)))
    if (short.size === 0) for (const [name, units] of wanted) this.#bucket(now, name).units -= units
    return short
  }

  #bucket(now: number, name: string): Bucket {
    const rate = this.#rateOf(name)
    const bucket = this.#buckets.get(name) ?? { units: this.#fresh(now, rate), at: now }
    const gained = (Math.max(0, now - bucket.at) / 1_000) * rate
    bucket.units = Math.min(rate * this.#options.burstSeconds, bucket.units + gained)
    bucket.at = Math.max(bucket.at, now)
    if (!this.#buckets.has(name)) {
      if (this.#buckets.size >= this.#pruneAt) this.#prune(now)
      this.#buckets.set(name, bucket)
    }
    return bucket
  }

  /** What nobody used so far has saved up since the table was made. */
  #fresh(now: number, rate: number): number {
    return rate * Math.min(this.#options.burstSeconds, 1 + Math.max(0, now - (this.#newAt ?? now)) / 1_000)
  }

  #rateOf(name: string): number {
    const [level, use] = name.split(' ', 2)
    return this.#options[level === 'table' ? 'table' : 'partition'][use === 'write' ? 'write' : 'read']
  }

  #prune(now: number): void {
    for (const [name, { units, at }] of this.#buckets) {
      const rate = this.#rateOf(name)
      const missing = this.#fresh(now, rate) - units - (Math.max(0, now - at) / 1_000) * rate
      if (missing <= rate * AS_GOOD_AS_NEW) this.#buckets.delete(name)
    }
    this.#pruneAt = Math.max(BUCKETS_MAX, 2 * this.#buckets.size)
  }
}

function bucketsOf({ table, partition }: DynamoCall['items'][number], use: 'write' | 'read'): string[] {
  return [`partition ${use} ${partition}`, `table ${use} ${table}`]
}

function indexesOf(
  { items }: Pick<DynamoCall, 'items'>,
  isMeant: (item: DynamoCall['items'][number]) => boolean,
): ReadonlySet<number> {
  return new Set(items.flatMap((item, index) => (isMeant(item) ? [index] : [])))
}
