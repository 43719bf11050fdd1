/**
 * Lambda: runs each function of the template in workers of its own, with exactly the environment that the template
 * gives it. A worker starts when it is first needed, so cold starts and missing variables show.
 */
import { randomUUID } from 'node:crypto'
import { REGION } from './aws.ts'
import type { FunctionSpec } from './deployment.ts'
import { FunctionWorker, type Outcome } from './function-worker.ts'

const WORKERS_MAX = 4
const WAITING_MAX = 10_000
const FINISH_MAX_MS = 5_000

export type FunctionHost = {
  readonly clock: SharedArrayBuffer
  /** Where every AWS client of the function is to knock. */
  readonly doorUrl: string
  readonly onOutput: (text: string) => void
}

export type FunctionStats = {
  readonly name: string
  readonly invocations: number
  readonly errors: number
  readonly coldStarts: number
  readonly workers: number
  readonly waiting: number
  readonly lastError: string | null
}

type Job = { readonly payload: string; readonly requestId: string; readonly finish: (outcome: Outcome) => void }

export class LocalFunction {
  readonly spec: FunctionSpec
  readonly #host: FunctionHost
  readonly #workersMax: number
  readonly #workers = new Set<FunctionWorker>()
  readonly #idle: FunctionWorker[] = []
  readonly #waiting: Job[] = []
  readonly #open = new Set<Promise<Outcome>>()
  #isStarting = false
  #isStopped = false
  #invocations = 0
  #errors = 0
  #coldStarts = 0
  #lastError: string | null = null

  constructor(spec: FunctionSpec, host: FunctionHost) {
    this.spec = spec
    this.#host = host
    this.#workersMax = Math.min(WORKERS_MAX, spec.concurrencyMax ?? WORKERS_MAX)
  }

  get stats(): FunctionStats {
    return {
      name: this.spec.label,
      invocations: this.#invocations,
      errors: this.#errors,
      coldStarts: this.#coldStarts,
      workers: this.#workers.size,
      waiting: this.#waiting.length,
      lastError: this.#lastError,
    }
  }

  /** Never rejects: what the function throws is an outcome. A time-out counts from the start of the work. */
  async invoke(payload: string, requestId: string = randomUUID()): Promise<Outcome> {
    if (this.#waiting.length >= WAITING_MAX || this.#workersMax === 0 || this.#isStopped) {
      return { ok: false, errorType: 'TooManyRequestsException', errorMessage: 'Rate Exceeded.', stack: '' }
    }
    this.#invocations += 1
    const work = new Promise<Outcome>((finish) => {
      this.#waiting.push({ payload, requestId, finish })
      this.#assign()
    })
    this.#open.add(work)
    const outcome = await work
    this.#open.delete(work)
    if (!outcome.ok) this.#note(outcome, requestId)
    return outcome
  }

  /** Starts one worker ahead of the first request. */
  async warm(): Promise<void> {
    if (this.#workers.size === 0) await this.#start()
  }

  /** Takes nothing new, lets what is under way finish for a moment, then ends the workers. */
  async stop(): Promise<void> {
    this.#isStopped = true
    let timer: NodeJS.Timeout | undefined
    const patience = new Promise((resolve) => {
      timer = setTimeout(resolve, FINISH_MAX_MS)
    })
    await Promise.race([Promise.all(this.#open), patience])
    clearTimeout(timer)
    await Promise.all([...this.#workers].map((worker) => worker.stop()))
  }

  #note(outcome: Outcome & { ok: false }, requestId: string): void {
    this.#errors += 1
    this.#lastError = `${outcome.errorType}: ${outcome.errorMessage}`
    this.#host.onOutput(`${this.spec.label} ${requestId} ${outcome.stack || this.#lastError}\n`)
  }

  #assign(): void {
    while (this.#waiting.length > 0) {
      const worker = this.#idle.pop()
      if (!worker) break
      if (!worker.alive) {
        this.#workers.delete(worker)
        continue
      }
      const job = this.#waiting.shift()
      if (job) this.#run(worker, job)
    }
    // One at a time: by the time a second one has loaded, the first has often emptied the queue.
    const needsMore = this.#waiting.length > 0 && this.#workers.size < this.#workersMax
    if (needsMore && !this.#isStarting && !this.#isStopped) this.#start()
  }

  #run(worker: FunctionWorker, { payload, requestId, finish }: Job): void {
    worker.run({ payload, requestId, timeoutMs: this.spec.timeoutSeconds * 1000 }).then((outcome) => {
      if (worker.alive) this.#idle.push(worker)
      else this.#workers.delete(worker)
      finish(outcome)
      this.#assign()
    })
  }

  async #start(): Promise<void> {
    this.#isStarting = true
    this.#coldStarts += 1
    const worker = new FunctionWorker({
      bundle: this.spec.bundle,
      handler: this.spec.handler,
      memoryMegabytes: this.spec.memoryMegabytes,
      environment: { ...this.spec.environment, ...lambdaEnvironment(this.spec, this.#host.doorUrl) },
      clock: this.#host.clock,
      context: contextOf(this.spec),
      onOutput: this.#host.onOutput,
    })
    this.#workers.add(worker)
    const failure = await worker.ready
    this.#isStarting = false
    if (failure) {
      this.#workers.delete(worker)
      // Whoever waits for a bundle that does not load gets the reason, as from Lambda.
      if (this.#workers.size === 0) for (const job of this.#waiting.splice(0)) job.finish(failure)
    } else {
      this.#idle.push(worker)
    }
    this.#assign()
  }
}

function contextOf(spec: FunctionSpec): Record<string, string> {
  return {
    functionName: spec.name,
    functionVersion: '$LATEST',
    invokedFunctionArn: spec.arn,
    memoryLimitInMB: String(spec.memoryMegabytes),
    logGroupName: `/aws/lambda/${spec.name}`,
    logStreamName: 'local',
  }
}

function lambdaEnvironment(spec: FunctionSpec, doorUrl: string): Record<string, string> {
  return {
    AWS_LAMBDA_FUNCTION_NAME: spec.name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(spec.memoryMegabytes),
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${spec.name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: 'local',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_REGION: REGION,
    AWS_DEFAULT_REGION: REGION,
    // The key id tells the door who is asking; nothing checks the signature.
    AWS_ACCESS_KEY_ID: `LOCAL-${spec.label}`,
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_SESSION_TOKEN: 'local',
    ...Object.fromEntries(SERVICES.map((service) => [`AWS_ENDPOINT_URL_${service}`, doorUrl])),
    AWS_ENDPOINT_URL: doorUrl,
    // A developer's own profile must not reach into a function.
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    LAMBDA_TASK_ROOT: '/var/task',
    LAMBDA_RUNTIME_DIR: '/var/runtime',
    _HANDLER: `index.${spec.handler}`,
  }
}

const SERVICES = [
  ...['COGNITO_IDENTITY_PROVIDER', 'DYNAMODB', 'DYNAMODB_STREAMS', 'EVENTBRIDGE', 'SCHEDULER', 'SECRETS_MANAGER'],
  ...['SESV2', 'SQS'],
]
