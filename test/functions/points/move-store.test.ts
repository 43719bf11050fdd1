/** One number is written once per transaction, whatever a command does to it. */
import { describe, expect, test } from 'vitest'
import { countMove, givenBack, moveWrites, shardMove } from '../../../functions/points/move-store.ts'

const SHARD = { subject: 'rwd_1', shard: 2 }
const COUNT = { memberId: 'mem_1', subject: 'rwd_1', period: 'month@2026-11-01' }
const told = (moves: Parameters<typeof moveWrites>[0]) =>
  moveWrites(moves).map((write) => {
    if (!('update' in write)) throw new Error('a move is an update')
    const { Key, UpdateExpression, ConditionExpression, ExpressionAttributeValues } = write.update
    return [write.failsAs, Key?.pk, UpdateExpression, ConditionExpression, ExpressionAttributeValues?.[':n']]
  })

describe('moves of one number', () => {
  test('are added up, so that a transaction touches it once', () => {
    expect(told([shardMove(SHARD, 1), shardMove(SHARD, -1), shardMove(SHARD, 1), shardMove(SHARD, 1)])).toEqual([
      ['back', 'K#rwd_1#02', 'SET #left = #left + :n', '#left < #initial', 2],
    ])
  })

  test('that cancel out need no write', () => {
    expect(told([shardMove(SHARD, -1), countMove(COUNT, 1, 3), shardMove(SHARD, 1), countMove(COUNT, -1)])).toEqual([])
  })

  test('of different numbers stay apart', () => {
    expect(told([shardMove(SHARD, -1), shardMove({ ...SHARD, shard: 3 }, -1), countMove(COUNT, 1, 3)])).toEqual([
      ['shard', 'K#rwd_1#02', 'SET #left = #left - :n', '#left >= :n', 1],
      ['shard', 'K#rwd_1#03', 'SET #left = #left - :n', '#left >= :n', 1],
      ['race', 'A#mem_1', 'SET n = if_not_exists(n, :none) + :n, rv = :rv', 'attribute_not_exists(n) OR n < :most', 1],
    ])
  })

  test('go down only where there is as much, so that no count falls below nothing', () => {
    expect(told([countMove(COUNT, -2)])).toEqual([['back', 'A#mem_1', 'SET n = n - :n', 'n >= :n', 2]])
  })
})

describe('what a reservation gives back', () => {
  test('is its piece and its place under the limit, and nothing where it had none', () => {
    const reward = { id: 'rwd_1', shard: 2, period: COUNT.period }
    expect(givenBack({ memberId: 'mem_1', reward })).toEqual([shardMove(SHARD, 1), countMove(COUNT, -1)])
    expect(givenBack({ memberId: 'mem_1', reward: { id: 'rwd_1' } })).toEqual([])
    expect(givenBack({ memberId: 'mem_1' })).toEqual([])
  })
})
