/** Puts the template's resources to work: functions, their door to AWS, the HTTP API and the stream pumps. */
import { join } from 'node:path'
import { invokeAsync } from './async-invoke.ts'
import { createAuthorizer } from './authorizer.ts'
import type { Clock } from './clock.ts'
import type { CognitoParts } from './cognito.ts'
import type { Deployment, MappingSpec } from './deployment.ts'
import { Disturbances } from './disturbances.ts'
import { openDoor } from './door.ts'
import { drain } from './drain.ts'
import { type EngineCall, engineClient } from './engine.ts'
import { Events } from './events.ts'
import { LocalFunction } from './functions.ts'
import { createHttpApi, type HttpHandler } from './http-api.ts'
import type { Identity } from './identity.ts'
import { LogFile } from './log-file.ts'
import { Queues } from './queues.ts'
import { Scheduler, type SchedulerParts } from './scheduler.ts'
import { Secrets } from './secrets.ts'
import { Positions } from './stream-positions.ts'
import { StreamReader } from './stream-reader.ts'
import { StreamPump } from './streams.ts'
import { ensureTables, keyNamesOf } from './tables.ts'

export type StackOptions = {
  readonly deployment: Deployment
  readonly dataDir: string
  readonly engineEndpoint: string
  readonly identity: Identity
  readonly clock: Clock
  readonly cognito: CognitoParts
}

export type LocalStack = {
  readonly handle: HttpHandler
  readonly functions: ReadonlyMap<string, LocalFunction>
  readonly events: Events
  readonly queues: Queues
  readonly pumps: readonly StreamPump[]
  readonly disturbances: Disturbances
  /** Fires nothing before it is started. */
  readonly scheduler: Scheduler
  readonly log: LogFile
  /** Lets functions finish what they do, then ends them. */
  readonly stop: () => Promise<void>
}

export async function startStack(options: StackOptions): Promise<LocalStack> {
  const { deployment, dataDir, engineEndpoint, identity, clock, cognito } = options
  const now = () => clock.now()
  const log = new LogFile(join(dataDir, 'functions.log'))
  const call = engineClient(engineEndpoint)
  const streams = await ensureTables(call, deployment.tables)
  const events = new Events({ dataDir, buses: deployment.buses, now })
  const queues = new Queues({ dataDir, names: deployment.queues, now })
  const pumps: StreamPump[] = []
  const disturbances = new Disturbances()
  const written = { isSeen: false }
  const door = await openDoor({
    engineEndpoint,
    disturbances,
    keyNames: keyNamesOf(deployment.tables),
    events,
    secrets: new Secrets(dataDir, deployment.secrets),
    cognito,
    onWrite: () => {
      written.isSeen = false
      for (const pump of pumps) pump.poke()
    },
  })
  const host = { clock: clock.shared, doorUrl: door.url, onOutput: (text: string) => log.write(text) }
  const functions = new Map(deployment.functions.map((spec) => [spec.name, new LocalFunction(spec, host)]))
  const positions = new Positions(dataDir)
  for (const mapping of deployment.mappings) {
    pumps.push(pumpFor(mapping, { deployment, functions, streams, positions, queues, call, clock, log, disturbances }))
  }
  const scheduler = new Scheduler({
    schedules: deployment.schedules,
    clock,
    invoke: invokerFor({ deployment, functions, queues, now }),
    settle: () => settle(written, pumps),
    onProblem: (problem) => log.write(`scheduler: ${String(problem)}\n`),
  })
  const { authorizers } = deployment
  const authorize = createAuthorizer({ authorizers, keysOf: (issuer) => identity.keysOf(issuer), now })
  return {
    handle: createHttpApi({ deployment, functions, authorize, now }),
    functions,
    events,
    queues,
    pumps,
    disturbances,
    scheduler,
    log,
    stop: async () => {
      await scheduler.stop()
      await Promise.all(pumps.map((pump) => pump.stop()))
      await Promise.all([...functions.values()].map((item) => item.stop()))
      await door.close()
      positions.flush()
      events.close()
      log.flush()
    },
  }
}

/** Looking into every stream takes longer than most schedules do, so it is done only when something was written. */
async function settle(written: { isSeen: boolean }, pumps: readonly StreamPump[]): Promise<void> {
  while (!written.isSeen) {
    written.isSeen = true
    await drain(pumps)
  }
}

type InvokerSources = Pick<StackOptions, 'deployment'> &
  Pick<LocalStack, 'functions' | 'queues'> & { readonly now: () => number }

/** How schedules call: asynchronously, with the retries and the failure queue of the function. */
function invokerFor({ deployment, functions, queues, now }: InvokerSources): SchedulerParts['invoke'] {
  return (functionName, payload) => {
    const target = functions.get(functionName)
    if (!target) throw new Error(`No function is called ${functionName}`)
    return invokeAsync(
      {
        functionArn: target.spec.arn,
        spec: deployment.asyncSpecs.get(functionName),
        deadLetterQueue: target.spec.deadLetterQueue,
        invoke: (given, requestId) => target.invoke(given, requestId),
        sendFailure: (queue, body) => queues.send(queue, body),
        now,
      },
      payload,
    )
  }
}

type PumpSources = {
  readonly deployment: Deployment
  readonly functions: ReadonlyMap<string, LocalFunction>
  /** The engine's stream of each table. */
  readonly streams: ReadonlyMap<string, string>
  readonly positions: Positions
  readonly queues: Queues
  readonly call: EngineCall
  readonly clock: Clock
  readonly log: LogFile
  readonly disturbances: Disturbances
}

function pumpFor(mapping: MappingSpec, sources: PumpSources): StreamPump {
  const { deployment, functions, streams, positions, queues, call, clock, log, disturbances } = sources
  const target = functions.get(mapping.functionName)
  const engineStream = streams.get(mapping.table)
  const [partitionKey] = keyNamesOf(deployment.tables)(mapping.table)
  if (!target || !engineStream || !partitionKey) throw new Error(`${mapping.id} has no stream or no function`)
  return new StreamPump({
    mapping,
    reader: new StreamReader({
      mapping,
      engineStream,
      partitionKey,
      call,
      positions,
      clockOffset: () => clock.offset,
    }),
    functionArn: target.spec.arn,
    invoke: (payload, requestId) => target.invoke(payload, requestId),
    redeliver: (batch) => disturbances.faults?.redeliver(batch) ?? [batch],
    sendFailure: (queue, body) => queues.send(queue, body),
    now: () => clock.now(),
    onProblem: (problem) => log.write(`stream of ${mapping.table}: ${String(problem)}\n`),
  })
}
