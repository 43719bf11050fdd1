import { expect, test } from 'vitest'
import { checkHistory, type History } from './history.ts'
import { readLedger } from './ledger-rows.ts'
import { play } from './play.ts'
import { type Statement, statementOf } from './statement.ts'
import { closeWorld } from './world.ts'

type Level = Statement['levels'] extends ReadonlyMap<string, infer Value> ? Value : never

/** A run in whose rules levels are low and short; members climb in it and fall. */
const SEED = 188_037_313

function falsified(history: History, change: (level: Level) => Level): History {
  const [first, ...rest] = [...history.statement.levels].sort(([, a], [, b]) => (a.level > b.level ? -1 : 1))
  const levels = new Map(first ? [[first[0], change(first[1])], ...rest] : rest)
  return { ...history, statement: { ...history.statement, levels } }
}

test('levels, their ends and their months are those of the model, and any other is noticed, so that its silence means something', async () => {
  const { world, recorder } = await play({ seed: SEED, steps: 400, callers: 3, members: 4, faultRate: 0 })
  const statement = statementOf(await readLedger(world.wire.tables))
  const history = { calls: recorder.calls, statement, rules: world.rules }
  expect(world.rules.tiers).toBeDefined()
  expect([...statement.levels.values()].some(({ level }) => level !== 't0')).toBe(true)
  expect(checkHistory(history)).toEqual([])
  const changes: ((level: Level) => Level)[] = [
    (level) => ({ ...level, level: 't7' }),
    (level) => ({ ...level, until: '2031-01-31' }),
    (level) => ({ ...level, months: { ...level.months, '2026-11': 1 } }),
  ]
  for (const change of changes) expect(checkHistory(falsified(history, change))).toHaveLength(1)
  await closeWorld(world)
})
