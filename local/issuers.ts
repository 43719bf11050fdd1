/** Starts the issuers when they are first asked for and passes requests on to them. */
import { Agent, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import * as z from 'zod'
import type { Clock } from './clock.ts'
import { AUDIENCES, type Identity, type IssuerName, MACHINES, TOKEN_SECONDS } from './identity.ts'
import { answerQuestions, type IssuersHost } from './issuers-host.ts'
import type { IssuerData, IssuersData } from './issuers-worker.ts'

const Ready = z.object({ port: z.int() })

export class Issuers {
  readonly #identity: Identity
  readonly #clock: Clock
  readonly #dataDir: string
  readonly #host: IssuersHost
  readonly #onOutput: (text: string) => void
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 16 })
  #started: Promise<{ readonly worker: Worker; readonly port: number }> | undefined

  constructor(options: {
    readonly identity: Identity
    readonly clock: Clock
    readonly dataDir: string
    readonly host: IssuersHost
    readonly onOutput: (text: string) => void
  }) {
    this.#identity = options.identity
    this.#clock = options.clock
    this.#dataDir = options.dataDir
    this.#host = options.host
    this.#onOutput = options.onOutput
  }

  async handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    this.#started ??= this.#start()
    const { port } = await this.#started
    const { method, url, headers } = incoming
    const call = request({ host: '127.0.0.1', port, method, path: url, headers, agent: this.#agent })
    call.once('error', () => outgoing.destroy())
    call.once('response', (response) => {
      outgoing.writeHead(response.statusCode ?? 500, response.headers)
      response.pipe(outgoing)
    })
    outgoing.once('close', () => call.destroy())
    incoming.pipe(call)
  }

  async stop(): Promise<void> {
    this.#agent.destroy()
    const started = await this.#started
    await started?.worker.terminate()
  }

  #start(): Promise<{ worker: Worker; port: number }> {
    const data: IssuersData = {
      clock: this.#clock.shared,
      issuers: [this.#data('staff', MACHINES), this.#data('members', [])],
    }
    const worker = new Worker(new URL('./issuers-worker.ts', import.meta.url), {
      workerData: data,
      execArgv: ['--import', new URL('./virtual-date.mjs', import.meta.url).href],
      stdout: true,
      stderr: true,
    })
    for (const stream of [worker.stdout, worker.stderr]) stream.setEncoding('utf8').on('data', this.#onOutput)
    answerQuestions(worker, this.#host)
    return new Promise((resolve, reject) => {
      worker.once('error', reject)
      worker.once('message', (message: unknown) => resolve({ worker, port: Ready.parse(message).port }))
    })
  }

  #data(name: IssuerName, machines: IssuerData['machines']): IssuerData {
    const key = this.#identity.keys[name]
    return {
      name,
      origin: this.#identity.origin,
      issuer: this.#identity.issuer(name),
      audience: AUDIENCES[name],
      key,
      cookieKey: String(key.kid),
      machineTokenSeconds: TOKEN_SECONDS,
      machines,
      storeFile: join(this.#dataDir, `issuer-${name}.jsonl`),
    }
  }
}
