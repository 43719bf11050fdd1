/** One member for whom many tills award at once: nothing is lost at any rate, and up to a known rate nobody waits. */
import { Hono } from 'hono'
import { beforeAll, describe, expect, test } from 'vitest'
import { processServices } from '../../../functions/platform/context.ts'
import { createApi, type HttpEnv } from '../../../functions/platform/http.ts'
import { Refusal } from '../../../functions/platform/problem.ts'
import { gatewayEvent } from '../../support/gateway-event.ts'
import { RETRY_AFTER_MS } from './crowd.ts'
import { again, SEEDS, sized } from './depth.ts'
import { told } from './figures.ts'
import { AMOUNT, crowdMember, type MemberRun } from './member.ts'

/** A percentile of fewer than 100 awards is only their worst. */
const secondsAt = (perSecond: number) => Math.max(sized(60), 100 / perSecond)
/** On a machine that does much else as well. */
const LONG_MS = 1_200_000
/** The largest share of awards that may be told to come again, and the tries that 99 % need at most; none is measured only. */
const RATES = [
  { perSecond: 5, waitedMost: 0, triesMost: 4 },
  { perSecond: 10, waitedMost: 0 },
  { perSecond: 20, waitedMost: 0.02 },
  { perSecond: 40 },
] as const

const CASES = SEEDS.flatMap((seed) =>
  RATES.map((rate) => ({ seed, waitedMost: 1, triesMost: Number.POSITIVE_INFINITY, ...rate })),
)

describe.each(CASES)('$perSecond awards a second, seed $seed', ({ perSecond, seed, waitedMost, triesMost }) => {
  const seconds = secondsAt(perSecond)
  const deeds = perSecond * seconds
  let run: MemberRun
  beforeAll(async () => {
    run = await crowdMember({ seed, perSecond, seconds })
    const { figures, conflicts } = run
    told(`hot-member-${perSecond}`, seed, { perSecond, conflicts, ...figures })
  }, LONG_MS)

  test('are all made, each once, because who is told to come again comes with the same receipt', () => {
    expect(run.figures.answers, again(seed)).toEqual({ ok: deeds })
    expect({ awards: run.awards, points: run.points }, again(seed)).toEqual({
      awards: deeds,
      points: deeds * AMOUNT,
    })
    expect(run.broken, again(seed)).toEqual([])
  })

  test('keep few waiting and are tried few times, as far as that is promised for the rate', () => {
    expect(run.figures.waited, again(seed)).toBeLessThanOrEqual(waitedMost * deeds)
    expect(run.figures.tries.p99, again(seed)).toBeLessThanOrEqual(triesMost)
  })
})

test('who is told to come again is told when, and that is how long the callers of these runs wait', async () => {
  const routes = new Hono<HttpEnv>().get('/busy', () => {
    throw new Refusal('try_again')
  })
  const none = () => Promise.reject(new Error('not asked for'))
  const services = processServices(() => none as never, none)
  const event = gatewayEvent({ caller: { role: 'anyone' }, method: 'GET', path: '/v1/busy', options: {} })
  const answer = await createApi(() => services, routes)(event)
  expect(answer).toMatchObject({ statusCode: 503, headers: { 'retry-after': String(RETRY_AFTER_MS / 1_000) } })
})
