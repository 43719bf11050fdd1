/** Schedules from the template to the function: a clock that is moved over HTTP fires them, and failures reach their queue. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Clock } from '../../local/clock.ts'
import { handleControl } from '../../local/controls.ts'
import { readDeployment } from '../../local/deployment.ts'
import { Identity } from '../../local/identity.ts'
import { close, listen } from '../../local/listen.ts'
import { Mailbox } from '../../local/mailbox.ts'
import { People } from '../../local/people.ts'
import { type LocalStack, startStack } from '../../local/stack.ts'

const START = '2026-11-23T10:00:00.000Z'
const BUNDLE = `
export async function handler(event) {
  console.log(JSON.stringify({ fired: event.tick, at: new Date().toISOString().slice(0, 16) }))
  if (event.tick === 'broken') throw new Error('cannot tick')
}
`
type Properties = Record<string, unknown>

let folder: string
let stack: LocalStack | undefined
let server: Server | undefined
let url: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'revisit-schedules-'))
  mkdirSync(join(folder, 'asset'))
  writeFileSync(join(folder, 'asset', 'index.mjs'), BUNDLE)
})
afterEach(async () => {
  await stack?.stop()
  if (server) await close(server)
  stack = undefined
  server = undefined
  rmSync(folder, { recursive: true, force: true })
})

const attribute = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] })

function aSchedule(tick: string, expression: string, change: Properties = {}) {
  return {
    Type: 'AWS::Scheduler::Schedule',
    Properties: {
      Name: tick,
      GroupName: { Ref: 'Group' },
      ScheduleExpression: expression,
      ScheduleExpressionTimezone: 'Etc/UTC',
      State: 'ENABLED',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: {
        Arn: attribute('Tick'),
        RoleArn: 'arn:aws:iam::000000000000:role/x',
        Input: JSON.stringify({ tick }),
        RetryPolicy: { MaximumRetryAttempts: 3, MaximumEventAgeInSeconds: 3_600 },
        DeadLetterConfig: { Arn: attribute('Failures') },
      },
      ...change,
    },
  }
}

/** The template as the CDK writes it, with these schedules of one function. */
function deploymentOf(schedules: Record<string, unknown>) {
  const Resources = {
    Tick: {
      Type: 'AWS::Lambda::Function',
      Properties: { Handler: 'index.handler', Runtime: 'nodejs24.x', Timeout: 3, MemorySize: 256 },
      Metadata: { 'aws:asset:path': 'asset', 'aws:cdk:path': 'App/Tick/Function/Resource' },
    },
    Retries: {
      Type: 'AWS::Lambda::EventInvokeConfig',
      Properties: {
        FunctionName: { Ref: 'Tick' },
        Qualifier: '$LATEST',
        MaximumRetryAttempts: 1,
        DestinationConfig: { OnFailure: { Destination: attribute('Failures') } },
      },
    },
    Failures: { Type: 'AWS::SQS::Queue' },
    Group: { Type: 'AWS::Scheduler::ScheduleGroup', Properties: { Name: 'ticks' } },
    ...schedules,
  }
  const artifacts = { app: { type: 'aws:cloudformation:stack', properties: { templateFile: 'app.template.json' } } }
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ artifacts }))
  writeFileSync(join(folder, 'app.template.json'), JSON.stringify({ Resources }))
  return readDeployment(folder, { apiEndpoint: 'http://localhost:1', parameters: {} })
}

async function start(schedules: Record<string, unknown>): Promise<void> {
  const clock = new Clock(folder)
  clock.set(Date.parse(START))
  const identity = await Identity.open({ dataDir: folder, origin: 'http://localhost:1', now: () => clock.now() })
  const deployment = deploymentOf(schedules)
  const at = { dataDir: folder, now: () => clock.now() }
  const cognito = { ...at, pools: [], people: new People(at), mailbox: new Mailbox(at) }
  const running = await startStack({
    deployment,
    dataDir: folder,
    engineEndpoint: 'http://127.0.0.1:1',
    identity,
    clock,
    cognito,
  })
  stack = running
  const ready = { port: 0 }
  server = createServer((incoming, outgoing) => {
    handleControl({ ...ready, clock, identity, ...cognito, ...running }, incoming, outgoing).catch(() =>
      outgoing.destroy(),
    )
  })
  ready.port = await listen(server, 0)
  url = `http://localhost:${ready.port}/local`
  running.scheduler.start()
}

async function ask(path: string, body?: unknown) {
  const reply = await fetch(`${url}/${path}`, body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) })
  return { status: reply.status, body: (await reply.json()) as Record<string, unknown> & { items: Properties[] } }
}

test('moving the clock answers when everything due in between is done, and the list tells of it', async () => {
  await start({
    Sweep: aSchedule('sweep', 'rate(1 hour)'),
    Off: aSchedule('off', 'rate(1 hour)', { State: 'DISABLED' }),
  })
  const moved = await ask('clock', { advance: 'P1D' })
  expect(String(moved.body.now)).toMatch(/^2026-11-24T10:00:0/)
  const { body } = await ask('schedules')
  expect(body.items).toMatchObject([
    { name: 'sweep', expression: 'rate(1 hour)', zone: 'Etc/UTC', state: 'ENABLED', isRunning: false },
    { name: 'off', state: 'DISABLED', next: null, last: null },
  ])
  expect(body.items[0]).toMatchObject({
    next: '2026-11-24T11:00:00.000Z',
    last: { at: '2026-11-24T10:00:00.000Z', outcome: 'succeeded', tries: 1 },
  })
  expect((await ask('functions')).body.items).toMatchObject([{ name: 'tick', invocations: 24, errors: 0 }])
})

test('a function that fails is tried as often as its function says and then lies in its failure queue', async () => {
  await start({ Broken: aSchedule('broken', 'at(2026-11-23T11:00:00)') })
  await ask('clock', { now: '2026-11-23T12:00:00Z' })
  expect((await ask('schedules')).body.items).toMatchObject([
    { next: null, last: { outcome: 'Error: cannot tick', tries: 2 } },
  ])
  const { body } = await ask('drain', {})
  expect(body).toMatchObject({ quiet: true, failed: [{ queue: 'app-Failures' }] })
  const [{ body: text }] = body.failed as [{ body: string }]
  expect(JSON.parse(text)).toMatchObject({
    requestContext: { approximateInvokeCount: 2 },
    requestPayload: { tick: 'broken' },
    responsePayload: { errorMessage: 'cannot tick' },
  })
})

test('a jump over more than anybody can want is refused with a sentence and moves nothing', async () => {
  await start({ Minutely: aSchedule('minutely', 'rate(1 minute)') })
  expect(await ask('clock', { advance: 'P1Y' })).toMatchObject({
    status: 422,
    body: { message: expect.stringContaining('smaller steps') },
  })
  expect(String((await ask('clock')).body.now)).toMatch(/^2026-11-23T10:00:/)
})

describe('a template', () => {
  test.each([
    ['a property that is not known', { StartDate: '2026-01-01T00:00:00Z' }, 'StartDate'],
    ['a flexible window', { FlexibleTimeWindow: { Mode: 'FLEXIBLE' } }, 'FlexibleTimeWindow'],
    ['an expression that is not understood', { ScheduleExpression: 'rate(1 fortnight)' }, 'fortnight'],
    ['a zone that does not exist', { ScheduleExpressionTimezone: 'Europe/Atlantis' }, 'Atlantis'],
    ['a target that is no function', { Target: { Arn: 'arn:aws:sqs:x' } }, 'no function'],
  ])('with %s is refused by name, so that drift is loud', (_, change, named) => {
    expect(() => deploymentOf({ Sweep: aSchedule('sweep', 'rate(1 hour)', change) })).toThrow(named)
  })
})
