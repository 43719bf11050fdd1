/**
 * The DynamoDB engine of a local run: found, started on a free port with its file in the data folder, and stopped with
 * the run. It survives being killed, because it syncs each commit to disk.
 */
import { spawn } from 'node:child_process'
import { accessSync, constants, openSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { createServer } from 'node:net'
import { delimiter, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { REGION } from './aws.ts'
import { Remedy } from './remedy.ts'
import { shortPath } from './short-path.ts'

const READY_POLLS = 1_000
const READY_POLL_MS = 5
const CALL_MAX_MS = 30_000

export type Engine = {
  readonly endpoint: string
  /** Undefined for an engine that is not ours to stop. */
  readonly pid: number | undefined
  readonly stop: () => Promise<void>
}

export type EngineSource = { readonly endpoint: string } | { readonly binary: string }

/** @throws Remedy naming the three places where an engine is looked for. */
export function findEngine(root: string, env: NodeJS.ProcessEnv): EngineSource {
  if (env.DYNAMODB_ENDPOINT) return { endpoint: env.DYNAMODB_ENDPOINT.replace(/\/$/, '') }
  const platform = `@dynoxide/${process.platform}-${process.arch}`
  const folders = (env.PATH ?? '').split(delimiter).filter((folder) => folder !== '')
  const candidates = [
    join(root, 'node_modules', platform, 'dynoxide'),
    ...folders.map((folder) => join(folder, 'dynoxide')),
  ]
  const binary = candidates.find(isExecutable)
  if (binary) return { binary }
  throw new Remedy(
    `No DynamoDB engine was found: set DYNAMODB_ENDPOINT, install ${platform} with npm ci, or put dynoxide on PATH.`,
  )
}

/** @throws Remedy when nobody answers there. */
export async function foreignEngine(endpoint: string): Promise<Engine> {
  const isThere = URL.canParse(endpoint) && /^https?:/.test(endpoint) && (await answers(endpoint, () => true))
  if (!isThere) throw new Remedy(`No engine answers at DYNAMODB_ENDPOINT ${endpoint}; start it, or unset the variable.`)
  return { endpoint, pid: undefined, stop: async () => undefined }
}

export type EngineSettings = {
  readonly dbPath: string
  readonly logPath: string
  /** Called at once, so that the lock knows the process before it can hold the file. */
  readonly onSpawn: (pid: number) => void
  readonly onExit: () => void
}

export async function startEngine(binary: string, settings: EngineSettings): Promise<Engine> {
  const port = await freePort()
  const log = openSync(settings.logPath, 'a', 0o600)
  // Detached: Ctrl-C reaches the whole group, and the engine must outlive the requests that are still in flight.
  const child = spawn(binary, ['serve', '--port', String(port), '--db-path', settings.dbPath], {
    stdio: ['ignore', log, log],
    detached: true,
  })
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => resolve())
    child.once('error', () => resolve())
  })
  if (child.pid === undefined) throw new Remedy(`The engine ${binary} cannot be run; reinstall it with npm ci.`)
  settings.onSpawn(child.pid)
  const endpoint = `http://127.0.0.1:${port}`
  let isServing = false
  exited.then(() => isServing && settings.onExit())
  const stop = async () => {
    isServing = false
    child.kill('SIGTERM')
    await exited
  }
  if (!(await isReady(endpoint, () => child.exitCode === null))) {
    await stop()
    throw new Remedy(`The DynamoDB engine did not start; ${shortPath(settings.logPath)} tells why.`)
  }
  isServing = true
  return {
    endpoint,
    pid: child.pid,
    stop,
  }
}

async function isReady(endpoint: string, isRunning: () => boolean): Promise<boolean> {
  for (let poll = 0; poll < READY_POLLS && isRunning(); poll += 1) {
    if (await answers(endpoint, (status) => status === 200)) return true
    await wait(READY_POLL_MS)
  }
  return false
}

function answers(endpoint: string, isWell: (status: number | undefined) => boolean): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = request(endpoint, { timeout: 1_000 }, (response) => {
      response.resume().once('end', () => resolve(isWell(response.statusCode)))
    })
    probe.once('error', () => resolve(false)).once('timeout', () => probe.destroy())
    probe.end()
  })
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      const port = typeof address === 'object' && address ? address.port : 0
      server.close(() => resolve(port))
    })
  })
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

export class EngineError extends Error {
  override readonly name = 'EngineError'
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

export type EngineCall = (target: string, input: unknown) => Promise<unknown>

/** Speaks the engine's own JSON: the SDK would cost more time at start than everything else here together. */
export function engineClient(endpoint: string): EngineCall {
  const agent = new Agent({ keepAlive: true, maxSockets: 8 })
  return (target, input) => {
    const body = JSON.stringify(input)
    return new Promise((resolve, reject) => {
      const call = request(endpoint, { method: 'POST', agent, headers: headersFor(target, body), timeout: CALL_MAX_MS })
      call.once('error', reject).once('timeout', () => call.destroy(new Error(`${target} took too long`)))
      call.once('response', (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk)).once('error', reject)
        response.once('end', () => {
          const answer: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'))
          if (response.statusCode === 200) resolve(answer)
          else reject(engineError(answer))
        })
      })
      call.end(body)
    })
  }
}

function headersFor(target: string, body: string): Record<string, string | number> {
  return {
    'content-type': 'application/x-amz-json-1.0',
    'content-length': Buffer.byteLength(body),
    'x-amz-target': target,
    'x-amz-date': '20260101T000000Z',
    authorization:
      `AWS4-HMAC-SHA256 Credential=LOCAL/20260101/${REGION}/dynamodb/aws4_request, ` +
      'SignedHeaders=host;x-amz-date, Signature=local',
  }
}

function engineError(answer: unknown): EngineError {
  const { __type = '', message = '' } = answer as { __type?: string; message?: string }
  return new EngineError(__type.split('#').at(-1) ?? '', message)
}
