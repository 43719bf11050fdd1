/** One worker thread of one function: at most one invocation at a time, ended for good by a time-out or a crash. */
import { Worker } from 'node:worker_threads'
import * as z from 'zod'

const Message = z.union([
  z.object({ ready: z.literal(true) }),
  z.object({ ok: z.literal(true), payload: z.string() }),
  z.object({ ok: z.literal(false), errorType: z.string(), errorMessage: z.string(), stack: z.string() }),
])

export type Outcome =
  | { readonly ok: true; readonly payload: string }
  | { readonly ok: false; readonly errorType: string; readonly errorMessage: string; readonly stack: string }

export type WorkerSettings = {
  readonly bundle: string
  readonly handler: string
  /** A function that needs more ends here as it would in Lambda. */
  readonly memoryMegabytes: number
  readonly environment: Readonly<Record<string, string>>
  readonly clock: SharedArrayBuffer
  readonly context: Readonly<Record<string, string>>
  readonly onOutput: (text: string) => void
}

export type Invocation = { readonly payload: string; readonly requestId: string; readonly timeoutMs: number }

/** Many workers with large nurseries would keep a gigabyte that none of them needs. */
const YOUNG_MAX_MB = 8

/** Loading a bundle may take this long; Lambda allows ten seconds too. */
const INIT_MAX_MS = 10_000

export class FunctionWorker {
  readonly ready: Promise<Outcome | undefined>
  readonly #worker: Worker
  #finish: ((outcome: Outcome) => void) | undefined
  #becomeReady: (failure: Outcome | undefined) => void = () => undefined
  #alive = true

  constructor(settings: WorkerSettings) {
    this.ready = new Promise((resolve) => {
      this.#becomeReady = resolve
    })
    this.#worker = new Worker(new URL('./worker.mjs', import.meta.url), {
      env: settings.environment,
      workerData: {
        bundle: settings.bundle,
        handler: settings.handler,
        clock: settings.clock,
        context: settings.context,
      },
      resourceLimits: { maxOldGenerationSizeMb: settings.memoryMegabytes, maxYoungGenerationSizeMb: YOUNG_MAX_MB },
      execArgv: ['--import', new URL('./virtual-date.mjs', import.meta.url).href],
      stdout: true,
      stderr: true,
    })
    for (const stream of [this.#worker.stdout, this.#worker.stderr]) {
      stream.setEncoding('utf8').on('data', settings.onOutput)
    }
    this.#worker.on('message', (message: unknown) => this.#receive(Message.parse(message)))
    this.#worker.on('error', (error: unknown) => this.#die(failureOf(error)))
    this.#worker.on('exit', (code) => this.#die(failure('Runtime.ExitError', `the worker exited with code ${code}`)))
    const initTimer = setTimeout(() => this.#end('the bundle did not load in time'), INIT_MAX_MS)
    this.ready.then(() => clearTimeout(initTimer))
  }

  get alive(): boolean {
    return this.#alive
  }

  /** Only one at a time, and only when ready. */
  run(invocation: Invocation): Promise<Outcome> {
    if (!this.#alive) return Promise.resolve(failure('Runtime.ExitError', 'the worker has ended'))
    return new Promise((resolve) => {
      const seconds = (invocation.timeoutMs / 1000).toFixed(2)
      const timer = setTimeout(() => this.#end(`Task timed out after ${seconds} seconds`), invocation.timeoutMs)
      this.#finish = (outcome) => {
        clearTimeout(timer)
        this.#finish = undefined
        resolve(outcome)
      }
      this.#worker.postMessage(invocation)
    })
  }

  async stop(): Promise<void> {
    await this.#worker.terminate()
  }

  #receive(message: z.infer<typeof Message>): void {
    if ('ready' in message) this.#becomeReady(undefined)
    else this.#finish?.(message)
  }

  #end(reason: string): void {
    this.#die(failure('Sandbox.Timedout', reason))
    this.#worker.terminate().catch((error: unknown) => console.error(error))
  }

  #die(outcome: Outcome): void {
    this.#alive = false
    this.#becomeReady(outcome)
    this.#finish?.(outcome)
  }
}

function failureOf(error: unknown): Outcome {
  if (!(error instanceof Error)) return failure('Runtime.UnhandledError', String(error))
  return { ok: false, errorType: error.name, errorMessage: error.message, stack: error.stack ?? '' }
}

function failure(errorType: string, errorMessage: string): Outcome {
  return { ok: false, errorType, errorMessage, stack: '' }
}
