/** The scheduler on a virtual clock: what fires when time passes, when it is moved, and in what order. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { AsyncOutcome } from '../../local/async-invoke.ts'
import { invokeAsync } from '../../local/async-invoke.ts'
import type { ScheduleSpec } from '../../local/deployment-schedules.ts'
import type { Outcome } from '../../local/function-worker.ts'
import { scheduleTimes } from '../../local/schedule-times.ts'
import { Scheduler } from '../../local/scheduler.ts'

const START = Date.parse('2026-11-23T10:00:00Z')
const HOUR = 3_600_000
const DONE: AsyncOutcome = { outcome: { ok: true, payload: 'null' }, tries: 1 }

let running: Scheduler[]

beforeEach(() => {
  vi.useFakeTimers({ now: START })
  running = []
})
afterEach(async () => {
  await Promise.all(running.map((scheduler) => scheduler.stop()))
  vi.useRealTimers()
})

function aSchedule(name: string, expression: string, change: Partial<ScheduleSpec> = {}): ScheduleSpec {
  const arn = `arn:aws:scheduler:eu-west-2:000000000000:schedule/default/${name}`
  const zone = change.zone ?? 'UTC'
  const times = scheduleTimes(expression, zone)
  return { name, arn, functionName: name, expression, zone, isEnabled: true, times, input: '{}', ...change }
}

type Fired = { readonly name: string; readonly at: string; readonly payload: unknown }

function run(schedules: ScheduleSpec[], handle: () => Promise<AsyncOutcome> = async () => DONE) {
  const fired: Fired[] = []
  const settled: number[] = []
  const clock = { now: () => Date.now(), set: (time: number) => void vi.setSystemTime(time) }
  const scheduler = new Scheduler({
    schedules,
    clock,
    invoke: (name, payload) => {
      fired.push({ name, at: new Date(clock.now()).toISOString().slice(5, 16), payload: JSON.parse(payload) })
      return handle()
    },
    settle: async () => settled.push(clock.now()),
    onProblem: (problem) => {
      throw problem
    },
  })
  running.push(scheduler)
  return { scheduler, clock, fired, settled, order: () => fired.map(({ name, at }) => `${at} ${name}`) }
}

describe('a clock that is moved forward', () => {
  test('fires what falls due in between in order, each with the clock at its time, and ends where it was sent', async () => {
    const { scheduler, clock, order } = run([
      aSchedule('sweep', 'rate(2 hours)'),
      aSchedule('audit', 'cron(0 13 * * ? *)'),
      aSchedule('gift', 'at(2026-11-23T12:00:00)', { zone: 'Europe/Berlin' }),
    ])
    scheduler.start()
    expect(await scheduler.move(START + 4 * HOUR)).toBe(true)
    expect(order()).toEqual(['11-23T11:00 gift', '11-23T12:00 sweep', '11-23T13:00 audit', '11-23T14:00 sweep'])
    expect(clock.now()).toBe(START + 4 * HOUR)
    expect(scheduler.list().map(({ next }) => next?.slice(5, 16) ?? null)).toEqual(['11-23T16:00', '11-24T13:00', null])
  })

  test('lets what was written be delivered before each step, so that nothing is older than a stream keeps', async () => {
    const { scheduler, settled } = run([aSchedule('sweep', 'rate(1 hour)')])
    await scheduler.move(START + 2.5 * HOUR)
    expect(settled).toEqual([START, START + HOUR, START + 2 * HOUR])
  })

  test('waits for each run of a schedule before the next, so that two sweeps never overlap', async () => {
    let open = 0
    let openMax = 0
    const { scheduler, fired } = run([aSchedule('sweep', 'rate(1 hour)')], async () => {
      openMax = Math.max(openMax, ++open)
      await Promise.resolve()
      open -= 1
      return DONE
    })
    await scheduler.move(START + 24 * HOUR)
    expect([fired.length, openMax]).toEqual([24, 1])
  })

  test('by more than anybody can want is refused and moves nothing', async () => {
    const { scheduler, clock, fired } = run([aSchedule('tick', 'rate(1 minute)')])
    expect(await scheduler.move(START + 365 * 24 * HOUR)).toBe(false)
    expect([clock.now(), fired.length]).toEqual([START, 0])
  })

  test('does not fire what is disabled', async () => {
    const { scheduler, fired } = run([aSchedule('off', 'rate(1 hour)', { isEnabled: false })])
    await scheduler.move(START + 5 * HOUR)
    expect(fired).toEqual([])
    expect(scheduler.list()).toMatchObject([{ state: 'DISABLED', next: null }])
  })
})

test('a clock that is moved back fires nothing, and what lies ahead of it then fires again in its time', async () => {
  const { scheduler, clock, order } = run([aSchedule('sweep', 'rate(2 hours)')])
  await scheduler.move(START + 2 * HOUR)
  await scheduler.move(START)
  expect(order()).toEqual(['11-23T12:00 sweep'])
  expect(clock.now()).toBe(START)
  await scheduler.move(START + 2 * HOUR)
  expect(order()).toHaveLength(2)
})

describe('time that passes', () => {
  test('fires what falls due, once it is started', async () => {
    const { scheduler, order } = run([aSchedule('sweep', 'rate(1 hour)')])
    await vi.advanceTimersByTimeAsync(1.5 * HOUR)
    expect(order()).toEqual([])
    scheduler.start()
    await vi.advanceTimersByTimeAsync(2 * HOUR)
    expect(order()).toEqual(['11-23T12:00 sweep', '11-23T13:00 sweep'])
  })

  test('of which a sleeping machine saw nothing is not made up for hour by hour', async () => {
    const { scheduler, clock, order } = run([aSchedule('sweep', 'rate(1 hour)')])
    scheduler.start()
    clock.set(START + 8.5 * HOUR)
    await vi.advanceTimersByTimeAsync(HOUR)
    expect(order()).toEqual(['11-23T19:30 sweep'])
    await vi.advanceTimersByTimeAsync(HOUR)
    expect(order()).toEqual(['11-23T19:30 sweep', '11-23T20:00 sweep'])
  })
})

describe('an invocation', () => {
  test('is given the input of the schedule, with its placeholders filled in, or the event that EventBridge makes up', async () => {
    const input = '{"for":"<aws.scheduler.scheduled-time>"}'
    const { scheduler, fired } = run([
      aSchedule('given', 'rate(1 hour)', { input }),
      aSchedule('plain', 'rate(1 hour)', { input: undefined }),
    ])
    await scheduler.move(START + HOUR)
    expect(fired.map(({ payload }) => payload)).toEqual([
      { for: '2026-11-23T11:00:00Z' },
      expect.objectContaining({ 'detail-type': 'Scheduled Event', time: '2026-11-23T11:00:00Z' }),
    ])
  })

  test('that failed is told in the list with its error and its tries', async () => {
    const failed: AsyncOutcome = { outcome: { ok: false, errorType: 'Error', errorMessage: 'no', stack: '' }, tries: 3 }
    const { scheduler } = run([aSchedule('sweep', 'rate(1 hour)')], async () => failed)
    expect(scheduler.list()).toMatchObject([{ last: null }])
    await scheduler.move(START + HOUR)
    expect(scheduler.list()).toMatchObject([
      { last: { at: '2026-11-23T11:00:00.000Z', outcome: 'Error: no', tries: 3 }, isRunning: false },
    ])
  })
})

describe('an asynchronous invocation', () => {
  const FAILURE: Outcome = { ok: false, errorType: 'Error', errorMessage: 'no', stack: '' }

  async function invoked(outcomes: Outcome[], spec?: { retriesMax: number; failureQueue: string | undefined }) {
    const requestIds = new Set<string>()
    const sent: { queue: string; body: Record<string, unknown> }[] = []
    const done = invokeAsync(
      {
        functionArn: 'arn:sweep',
        spec,
        invoke: async (_, requestId) => {
          requestIds.add(requestId)
          return outcomes.shift() ?? FAILURE
        },
        deadLetterQueue: spec?.failureQueue && 'dead-letters',
        sendFailure: (queue, body) => sent.push({ queue, body: JSON.parse(body) }),
        now: () => START,
      },
      '{"tick":1}',
    )
    await vi.runAllTimersAsync()
    return { ...(await done), sent, requests: requestIds.size }
  }

  test('is tried again by default twice, under one request id, and a success ends it', async () => {
    expect(await invoked([FAILURE, FAILURE, DONE.outcome])).toMatchObject({ tries: 3, sent: [], requests: 1 })
    expect(await invoked([])).toMatchObject({ tries: 3, outcome: { ok: false }, sent: [] })
  })

  test('that still fails goes to the queues of its function: the event alone, and with what was asked and what went wrong', async () => {
    const { sent, tries } = await invoked([], { retriesMax: 0, failureQueue: 'failures' })
    expect(tries).toBe(1)
    expect(sent).toMatchObject([
      { queue: 'dead-letters', body: { tick: 1 } },
      {
        queue: 'failures',
        body: {
          requestContext: {
            condition: 'RetriesExhausted',
            approximateInvokeCount: 1,
            functionArn: 'arn:sweep:$LATEST',
          },
          requestPayload: { tick: 1 },
          responsePayload: { errorMessage: 'no' },
        },
      },
    ])
  })
})
