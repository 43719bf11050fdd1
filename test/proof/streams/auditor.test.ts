/** What checks the ledger's stream wakes nobody in vain, however records come, and always when an entry is wrong. */
import type { Context as LambdaContext } from 'aws-lambda'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { type Context, contextOf, processServices } from '../../../functions/platform/context.ts'
import { getItem } from '../../../functions/platform/table.ts'
import { keys } from '../../../functions/platform/table-design.ts'
import { unfreeze } from '../../../functions/points/freeze.ts'
import { isoTime } from '../../../functions/shared/dates.ts'
import type { Positions } from '../../../local/stream-positions.ts'
import { controlClock } from '../../support/clock.ts'
import { engine } from '../../support/engine.ts'
import { IS_ONE } from '../depth.ts'
import { Dice } from '../dice.ts'
import { report } from '../report.ts'
import { ADMIN } from '../world.ts'
import { type Alarm, Alarms } from './alarms.ts'
import { DAMAGES, type Damage, plant } from './damage.ts'
import { again, type Gap, gapOf, isPoisonedRun, MEMBERS, membersOf, playAll, poisoned, RUNS, wavesOf } from './runs.ts'
import { aShore, type Shore } from './shore.ts'
import { type GivenUp, type Handler, run, type Wave } from './tide.ts'

type Played = {
  readonly seed: number
  readonly gap: Gap
  readonly damage: Damage | undefined
  /** Whose entry was damaged. */
  readonly victim: string | undefined
  readonly alarms: readonly Alarm[]
  /** Members whose account was frozen when the stream had ended. */
  readonly frozen: readonly string[]
  readonly isPoisoned: boolean
  readonly givenUp: readonly GivenUp[]
}

/** On a machine that does much else as well. */
const LONG_MS = 1_200_000
let shore: Shore
let played: readonly Played[]

beforeAll(async () => {
  shore = await aShore(MEMBERS)
  controlClock(isoTime(shore.world.now))
  const { endpoint } = await engine()
  const { Ledger, Operations } = shore.tables.names
  const environment = {
    LEDGER_TABLE: Ledger,
    OPERATIONS_TABLE: Operations,
    AWS_ENDPOINT_URL_DYNAMODB: endpoint,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  }
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value)
  const { handler } = await import('../../../functions/entry/auditor.ts')
  const handle: Handler = (event) => handler(event, { awsRequestId: 'batch' } as LambdaContext)
  const alarms = new Alarms()
  played = await playAll((seed, positions) => play(seed, positions, { handle, alarms }))
  alarms.close()
  const planted = Object.fromEntries(
    DAMAGES.map((damage) => [damage, played.filter((one) => one.damage === damage).length]),
  )
  const raised = played.flatMap((one) => one.alarms).length
  const told = { runs: RUNS, planted, alarms: raised, givenUp: played.flatMap((one) => one.givenUp).length }
  report('streams-auditor', told, `  ${JSON.stringify(told)}`)
}, LONG_MS)

afterAll(() => {
  vi.useRealTimers()
  vi.unstubAllEnvs()
})

async function play(
  seed: number,
  positions: Positions,
  { handle, alarms }: { readonly handle: Handler; readonly alarms: Alarms },
): Promise<Played> {
  const dice = new Dice(seed, 'auditor')
  const gap = gapOf(seed)
  const clean = wavesOf(shore, seed, gap)
  const at = dice.pick(damageable(clean))
  const victim = clean[at]?.row.pk.slice('A#'.length)
  // Every damage in turn, and as many runs again without any.
  const damage = DAMAGES[seed % (2 * DAMAGES.length)]
  const planted = damage && (await plant(shore.tables, clean, { damage, at }))
  const isPoisoned = isPoisonedRun(seed)
  const members = membersOf(shore, seed)
  const waves = planted?.waves ?? clean
  const since = alarms.count
  const givenUp = await run({ seed, positions, handle, waves: isPoisoned ? poisoned(waves, seed).waves : waves })
  await planted?.mend()
  return {
    ...{ seed, gap, damage, isPoisoned, givenUp },
    victim: damage && victim,
    alarms: alarms.of(members, since),
    frozen: await thawed(members),
  }
}

/** Where the stream still has the entry and one of the same member after it, and the entry is not the member's first. */
function damageable(waves: readonly Wave[]): number[] {
  return waves.flatMap(({ row, ageMs }, index) => {
    const isLast = !waves.slice(index + 1).some((later) => later.row.pk === row.pk)
    return ageMs !== undefined || isLast || Number(row.sk.slice(2)) === 1 ? [] : [index]
  })
}

/** Which of them were frozen; the next run finds all of them active. */
async function thawed(members: readonly string[]): Promise<string[]> {
  const frozen: string[] = []
  for (const memberId of members) {
    const account = await getItem(shore.tables, 'Ledger', keys.account(memberId))
    if (account?.s !== 'FROZEN') continue
    frozen.push(memberId)
    await unfreeze(outside(), { memberId, reason: 'The next run begins with sound accounts' })
  }
  return frozen
}

/** Beside the turnstile, as the function itself is. */
function outside(): Context {
  const services = processServices(
    (usage) => ({ ...shore.tables, usage }),
    () => Promise.reject(new Error('nothing here is secret')),
  )
  return contextOf(services, { actor: ADMIN, now: shore.world.now, requestId: 'thaw', language: 'en' })
}

function expectEach(what: (one: Played) => readonly unknown[]): void {
  for (const one of played) expect(what(one), again(one.seed)).toEqual([])
}

test('sound entries wake nobody and freeze nobody, however often, in whatever order and after whatever gap they come', () => {
  expectEach(({ victim, alarms }) => alarms.filter(({ memberId }) => memberId !== victim))
  expectEach(({ victim, frozen }) => frozen.filter((memberId) => memberId !== victim))
  if (IS_ONE) return
  expect(played.filter(({ damage }) => damage === undefined).length).toBeGreaterThanOrEqual(Math.floor(RUNS / 2) - 6)
  expect(new Set(played.map(({ gap }) => gap)).size).toBe(3)
})

test('an entry that was changed, removed, forged or left out wakes somebody, and its account is frozen', () => {
  expectEach(({ victim, alarms }) => (victim === undefined || alarms.length > 0 ? [] : [`no alarm for ${victim}`]))
  expectEach(({ victim, frozen }) => (victim === undefined || frozen.includes(victim) ? [] : [`${victim} may spend`]))
  if (IS_ONE) return
  expect(new Set(played.map(({ damage }) => damage))).toEqual(new Set([...DAMAGES, undefined]))
})

test('a row that cannot be read goes to the failure queue alone, so that it hides no other', () => {
  expectEach(({ isPoisoned, gap, givenUp }) => {
    const exhausted = givenUp.filter(({ why }) => why === 'RetryAttemptsExhausted')
    const isOne = exhausted.length === 1 && exhausted[0]?.from === exhausted[0]?.to
    // Among records that were too old to be delivered it is not tried.
    return (isPoisoned ? isOne || (gap !== 'none' && exhausted.length === 0) : exhausted.length === 0) ? [] : exhausted
  })
  if (IS_ONE) return
  expect(played.some(({ isPoisoned, gap }) => isPoisoned && gap === 'none')).toBe(true)
})
