/**
 * What a command takes from numbers that others change too, or gives back to them: pieces of a stock, points of a budget,
 * a member's count of one reward. Each number is moved once per transaction, by the sum of what the command does to it.
 */
import { type Key, keys } from '../platform/table-design.ts'
import type { Write } from '../platform/transact.ts'
import type { Reservation } from './row-schema.ts'
import type { Label } from './store.ts'

export type Move = { readonly key: Key; readonly by: number } & (
  | { readonly of: 'shard' }
  /** `most`: what the number must stay below before it goes up. */
  | { readonly of: 'count'; readonly most?: number }
)

export type ShardName = { readonly subject: string; readonly shard: number }

export function shardMove({ subject, shard }: ShardName, by: number): Move {
  return { of: 'shard', key: keys.shard(subject, shard), by }
}

export type CountName = { readonly memberId: string; readonly subject: string; readonly period: string }

/** A member's use of a limit. */
export function countMove({ memberId, subject, period }: CountName, by: number, most?: number): Move {
  return { of: 'count', key: keys.counter(memberId, subject, period), by, ...(most !== undefined && { most }) }
}

/** What a reservation for a reward gives back when it ends without being captured. */
export function givenBack({ memberId, reward }: Pick<Reservation, 'memberId' | 'reward'>): Move[] {
  if (reward === undefined) return []
  const { id: subject, shard, period } = reward
  return [
    ...(shard === undefined ? [] : [shardMove({ subject, shard }, 1)]),
    ...(period === undefined ? [] : [countMove({ memberId, subject, period }, -1)]),
  ]
}

/** A transaction may touch an item once, so moves of one number are added up; those that cancel out need no write. */
export function moveWrites(moves: readonly Move[]): Write<Label>[] {
  const sums = new Map<string, Move>()
  for (const move of moves) {
    const name = `${move.key.pk} ${move.key.sk}`
    const before = sums.get(name)
    sums.set(name, { ...before, ...move, by: (before?.by ?? 0) + move.by })
  }
  return [...sums.values()].filter(({ by }) => by !== 0).map(writeOf)
}

function writeOf(move: Move): Write<Label> {
  const { key, by } = move
  if (move.of === 'shard') return by < 0 ? drawWrite(key, -by) : returnWrite(key, by)
  return by < 0 ? uncountWrite(key, -by) : countWrite(key, by, move.most)
}

function drawWrite(Key: Key, amount: number): Write<Label> {
  return {
    table: 'Ledger',
    failsAs: 'shard',
    update: {
      Key,
      UpdateExpression: 'SET #left = #left - :n',
      ConditionExpression: '#left >= :n',
      ExpressionAttributeNames: { '#left': 'left' },
      ExpressionAttributeValues: { ':n': amount },
    },
  }
}

/** A shard that has all that it ever had lacks no piece. */
function returnWrite(Key: Key, amount: number): Write<Label> {
  return {
    table: 'Ledger',
    failsAs: 'back',
    update: {
      Key,
      UpdateExpression: 'SET #left = #left + :n',
      ConditionExpression: '#left < #initial',
      ExpressionAttributeNames: { '#left': 'left', '#initial': 'initial' },
      ExpressionAttributeValues: { ':n': amount },
    },
  }
}

/** The account's version decides first; the limit itself stands here as a second guard on the same fact. */
function countWrite(Key: Key, by: number, most: number | undefined): Write<Label> {
  return {
    table: 'Ledger',
    failsAs: 'race',
    update: {
      Key,
      UpdateExpression: 'SET n = if_not_exists(n, :none) + :n, rv = :rv',
      ...(most !== undefined && { ConditionExpression: 'attribute_not_exists(n) OR n < :most' }),
      ExpressionAttributeValues: { ':n': by, ':none': 0, ':rv': 1, ...(most !== undefined && { ':most': most }) },
    },
  }
}

function uncountWrite(Key: Key, by: number): Write<Label> {
  return {
    table: 'Ledger',
    failsAs: 'back',
    update: {
      Key,
      UpdateExpression: 'SET n = n - :n',
      ConditionExpression: 'n >= :n',
      ExpressionAttributeValues: { ':n': by },
    },
  }
}
