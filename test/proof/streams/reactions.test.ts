/** What follows the ledger's stream announces every entry, whatever happens on the way: at least once, and always the same. */
import type { Context } from 'aws-lambda'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { handler } from '../../../functions/entry/reactions.ts'
import { EntryRecorded } from '../../../functions/points/events.ts'
import type { Positions } from '../../../local/stream-positions.ts'
import { engine } from '../../support/engine.ts'
import { rowsOf } from '../../support/tables.ts'
import { IS_ONE } from '../depth.ts'
import { type EntryRow, seqOf } from '../ledger-rows.ts'
import { report } from '../report.ts'
import { Bus } from './bus.ts'
import { Integrator } from './integrator.ts'
import { again, type Gap, gapOf, isPoisonedRun, MEMBERS, membersOf, playAll, poisoned, RUNS, wavesOf } from './runs.ts'
import { aShore, entriesOf, type Shore } from './shore.ts'
import { type GivenUp, run } from './tide.ts'

type Played = {
  readonly seed: number
  readonly gap: Gap
  /** Entries that must have been announced, and those that could not be. */
  readonly fresh: readonly EntryRow[]
  readonly lost: readonly EntryRow[]
  readonly poison: number | undefined
  readonly places: ReadonlyMap<string, number>
  readonly givenUp: readonly GivenUp[]
  /** What the bus took, by id of the event, once for each time. */
  readonly taken: ReadonlyMap<string, readonly string[]>
}

/** On a machine that does much else as well. */
const LONG_MS = 1_200_000
let shore: Shore
let played: readonly Played[]

beforeAll(async () => {
  shore = await aShore(MEMBERS)
  const { endpoint } = await engine()
  const environment = {
    EVENT_BUS: 'revisit',
    OPERATIONS_TABLE: shore.tables.names.Operations,
    AWS_ENDPOINT_URL_DYNAMODB: endpoint,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  }
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value)
  // Whatever fails is logged, and all of it fails on purpose.
  const quiet = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
  const bus = new Bus()
  played = await playAll((seed, positions) => play(seed, positions, bus))
  bus.close()
  quiet.mockRestore()
  const announced = played.flatMap(({ taken }) => [...taken.values()].map((times) => times.length))
  const again = announced.filter((times) => times > 1).length
  const givenUp = played.flatMap((one) => one.givenUp).length
  const told = { runs: RUNS, events: announced.length, twiceOrMore: again, refusedByTheBus: bus.refused, givenUp }
  report('streams-reactions', told, `  ${JSON.stringify(told)}`)
}, LONG_MS)

afterAll(() => {
  vi.unstubAllEnvs()
})

async function play(seed: number, positions: Positions, bus: Bus): Promise<Played> {
  const gap = gapOf(seed)
  const clean = wavesOf(shore, seed, gap)
  const spoiled = isPoisonedRun(seed) ? poisoned(clean, seed) : undefined
  const waves = spoiled?.waves ?? clean
  const members = membersOf(shore, seed)
  bus.forget(members)
  const handle = (event: Parameters<typeof handler>[0]) => handler(event, {} as Context)
  const givenUp = await run({ seed, waves, positions, handle })
  const rows = members.flatMap((memberId) => entriesOf(shore, memberId))
  const old = new Set(waves.filter(({ ageMs }) => ageMs !== undefined).map(({ row }) => placeOf(row)))
  return {
    seed,
    gap,
    fresh: rows.filter((row) => !old.has(placeOf(row))),
    lost: rows.filter((row) => old.has(placeOf(row))),
    poison: spoiled && waves[spoiled.at]?.ageMs === undefined ? spoiled.at : undefined,
    places: new Map(waves.map(({ row }, index) => [placeOf(row), index])),
    givenUp,
    taken: bus.takenOf(members),
  }
}

function placeOf({ pk, sk }: { readonly pk: string; readonly sk: string }): string {
  return `${pk} ${sk}`
}

function expectEach(what: (one: Played) => unknown): void {
  for (const one of played) expect(what(one), again(one.seed)).toEqual([])
}

test('every entry that the stream still had is announced, however often batches came, came apart, or failed', () => {
  expectEach(({ fresh, taken }) => fresh.filter(({ id }) => !taken.has(id)).map(placeOf))
  if (IS_ONE) return
  expect(played.flatMap(({ fresh }) => fresh).length).toBeGreaterThan(RUNS * 10)
})

test('an entry is announced under its own id and in the same words each time, so that integrators can drop repeats', () => {
  expectEach(({ taken }) => [...taken.values()].filter((times) => new Set(times).size > 1))
  expectEach(({ taken, fresh, lost }) => {
    const known = new Set([...fresh, ...lost].map(({ id }) => id))
    return [...taken.keys()].filter((id) => !known.has(id))
  })
  if (IS_ONE) return
  expect(played.some(({ taken }) => [...taken.values()].some((times) => times.length > 1))).toBe(true)
})

test('the lines of the shifts are one for each deed at a store, whatever was delivered how often', async () => {
  const { tables } = shore
  const lines = (await rowsOf(tables, 'Operations')).filter(({ pk }) => String(pk).startsWith('SHIFT#'))
  expect(new Set(lines.map(({ entryId }) => entryId)).size).toBe(lines.length)
  const told = new Map(lines.map(({ entryId, points }) => [entryId, points]))
  const isDeed = ({ t }: EntryRow) => ['EARN', 'REVERSE', 'REDEEM', 'CAPTURE'].includes(t)
  expectEach(({ fresh }) => fresh.filter((row) => isDeed(row) && told.get(row.id) !== row.n).map(placeOf))
  if (IS_ONE) return
  expect(lines.length).toBeGreaterThan(MEMBERS)
})

test('a row that cannot be read goes to the failure queue alone, and what is around it is announced', () => {
  expectEach(({ poison, givenUp }) => {
    const exhausted = givenUp.filter(({ why }) => why === 'RetryAttemptsExhausted')
    const expected = poison === undefined ? [] : [{ why: 'RetryAttemptsExhausted', from: poison, to: poison }]
    return JSON.stringify(exhausted) === JSON.stringify(expected) ? [] : exhausted
  })
  if (IS_ONE) return
  expect(played.some(({ poison }) => poison !== undefined)).toBe(true)
})

test('what was too old for the function is named in the failure queue, so that it can be sent again', () => {
  expectEach(({ gap, lost, places, givenUp }) => {
    const ranges = givenUp.filter(({ why }) => why === 'RecordAgeExceeded')
    const isNamed = (row: EntryRow) => ranges.some(({ from, to }) => inside(places.get(placeOf(row)) ?? -1, from, to))
    if (gap === 'too old for the function') return lost.filter((row) => !isNamed(row)).map(placeOf)
    return ranges
  })
  if (IS_ONE) return
  expect(new Set(played.map(({ gap }) => gap)).size).toBe(3)
})

function inside(place: number, from: number, to: number): boolean {
  return from <= place && place <= to
}

test(
  'an integrator that asks for what the numbers say is missing has the balances of the ledger, also after a gap',
  async () => {
    let fetched = 0
    for (const { seed, taken, lost } of played) {
      const integrator = new Integrator()
      for (const [detail = ''] of taken.values()) integrator.hear(EntryRecorded.parse(JSON.parse(detail)))
      for (const memberId of membersOf(shore, seed)) {
        const entries = entriesOf(shore, memberId)
        const unheard = lost.filter(({ pk, id }) => pk.endsWith(memberId) && !taken.has(id)).map(seqOf)
        expect(integrator.missing(memberId, entries.length), again(seed)).toEqual(unheard)
        if (unheard.length > 0) await integrator.catchUp(shore.world, memberId)
        expect(integrator.missing(memberId, entries.length), again(seed)).toEqual([])
        const account = shore.ledger.accounts.get(memberId)
        const { a: available, p: pending, r: reserved, d: debt } = account ?? {}
        expect(integrator.balances(memberId), again(seed)).toEqual({ available, pending, reserved, debt })
      }
      expect(integrator.contradictions, again(seed)).toEqual([])
      fetched += integrator.fetched
    }
    if (IS_ONE) return
    expect(fetched).toBeGreaterThan(0)
  },
  LONG_MS,
)
