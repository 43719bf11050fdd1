/**
 * Spends points on a reward, at once or held until it is fetched: points, piece, the member's room under its limit and
 * whatever the catalogue keeps of it go together in one transaction or not at all.
 */
import type { NamedMember } from '../members/find.ts'
import type { Answer } from '../platform/answer.ts'
import type { Context } from '../platform/context.ts'
import type { Write } from '../platform/transact.ts'
import type { ProgramVersion } from '../program/book.ts'
import type { Account, Lots } from './account.ts'
import { cardLimit } from './card-limit.ts'
import { type Counter, counterName } from './earning.ts'
import type { Entry } from './entry.ts'
import { countMove } from './move-store.ts'
import type { Reason } from './reasons.ts'
import { reservationWrite } from './reservation-store.ts'
import { heldKey, releaseLapsed } from './reward-lapsed.ts'
import { onceDrawn } from './shards.ts'
import { decideRedemption, decideReservation, type LotsDecision, type Source, type SpendTerms } from './spending.ts'
import { type Loaded, loadCounters } from './store.ts'

export type PricedReward = {
  readonly id: string
  readonly points: number
  /** The shards of its stock; absent where it is unlimited. */
  readonly shards?: number
  /** How often a member may have it, and the period in which this time counts. */
  readonly limit?: { readonly most: number; readonly period: string }
  /** Where alone it is served. */
  readonly stores?: readonly string[]
}

/** What came of it, for those who keep a record of their own. */
export type Spent = {
  readonly memberId: string
  readonly lots: Lots
  readonly shard?: number
  readonly entry: Entry
}

export type RewardSpend = {
  readonly operation: string
  readonly fingerprint: string
  readonly named: NamedMember
  readonly version: ProgramVersion
  readonly storeId?: string | undefined
  readonly reward: PricedReward
  /** `used`: how often the member has had it in the period of its limit. */
  readonly against: (settled: Account, used: number) => readonly Reason[]
  readonly way:
    | { readonly kind: 'at_once'; readonly voucher: string }
    | { readonly kind: 'held'; readonly id: string; readonly expiresAt: number }
  /** Written in the same transaction. */
  readonly also: (spent: Spent) => readonly Write<'race'>[]
  readonly show: (entry: Entry) => unknown
}

type Decision = LotsDecision & { readonly source: Source }

/**
 * Once per operation. @throws Refusal with all reasons, `sold_out` after a strong read of the whole stock and only when no
 * reservation past its time keeps a piece; `code_expired`, `card_only_limit`, `member_not_found`, `account_closed`
 */
export function spendOnReward(ctx: Context, spend: RewardSpend): Promise<Answer<unknown>> {
  const { operation, fingerprint, named, version, reward, way, show } = spend
  const card = cardLimit(ctx, named, version)
  const { load, used } = countingLoad(reward, card.load)
  return onceDrawn<Decision>(
    ctx,
    {
      ...{ operation, fingerprint, version, show, load },
      memberId: named.memberId,
      statuses: ['ACTIVE'],
      writes: (decision, entry) => [
        ...card.writes(entry.memberId, reward.points),
        ...(way.kind === 'held' ? [heldWrite(ctx, { spend, way, decision }, entry)] : []),
        ...spend.also(spentOf(decision, entry)),
      ],
      moves: (_, { memberId }) => limitMoves(reward, memberId),
    },
    {
      subject: reward.id,
      shards: reward.shards,
      amount: 1,
      decide(account, source, terms) {
        const decision = decide(account, { spend, source, used: used() }, terms)
        card.require(reward.points)
        return decision
      },
      empty: 'sold_out',
      ...(way.kind === 'held' && { refill: () => releaseLapsed(ctx, reward.id, ctx.now - (way.expiresAt - ctx.now)) }),
    },
  )
}

type Asked = { readonly spend: RewardSpend; readonly source: Source; readonly used: number }

function decide(account: Account, { spend, source, used }: Asked, terms: SpendTerms): Decision {
  const { reward, storeId, way } = spend
  const asked = { points: reward.points, storeId, against: (settled: Account) => spend.against(settled, used) }
  const decision =
    way.kind === 'held'
      ? decideReservation(account, { ...asked, source, id: way.id, expiresAt: way.expiresAt }, terms)
      : decideRedemption(account, { ...asked, source: { ...source, voucher: way.voucher } }, terms)
  return { ...decision, source }
}

/** Read after the account, so that a count newer than the account's version can only lose the race. */
function countingLoad({ id, limit }: PricedReward, load: (ctx: Context, memberId: string) => Promise<Loaded>) {
  let used = 0
  return {
    used: () => used,
    async load(ctx: Context, memberId: string): Promise<Loaded> {
      const loaded = await load(ctx, memberId)
      if (limit === undefined) return loaded
      const counter: Counter = { ruleId: id, period: limit.period, counts: 'receipts' }
      const counted = await loadCounters(ctx, loaded.account.memberId, [counter])
      // What timed out meanwhile is given back in the same transaction.
      const back = loaded.lapsed.filter(({ reward }) => reward?.id === id && reward.period === limit.period).length
      used = (counted.get(counterName(counter)) ?? 0) - back
      return loaded
    },
  }
}

function limitMoves({ id: subject, limit }: PricedReward, memberId: string) {
  return limit === undefined ? [] : [countMove({ memberId, subject, period: limit.period }, 1, limit.most)]
}

function spentOf({ lots, source }: Decision, entry: Entry): Spent {
  const { shard } = source
  return { memberId: entry.memberId, lots, entry, ...(shard !== undefined && { shard }) }
}

type Held = {
  readonly spend: RewardSpend
  readonly way: Extract<RewardSpend['way'], { kind: 'held' }>
  readonly decision: Decision
}

function heldWrite(ctx: Context, { spend, way, decision }: Held, { memberId }: Entry) {
  const { storeId = '', reward } = spend
  const { shard } = decision.source
  const { id, points, limit, stores } = reward
  return reservationWrite({
    ...{ id: way.id, rv: 1, state: 'RESERVED', memberId, storeId, points },
    ...{ lots: decision.lots, expiresAt: way.expiresAt, at: ctx.now },
    reward: {
      id,
      ...(shard !== undefined && { shard }),
      ...(limit && { period: limit.period }),
      ...(storeId === '' && stores && { stores: [...stores] }),
    },
    ...(shard !== undefined && { due: heldKey(id) }),
  })
}
