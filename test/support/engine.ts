/**
 * One in-memory DynamoDB engine per test process, shared by every file that the process runs. It ends with the process,
 * also when that is killed, because a shell beside it waits for the pipe to break.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { type Tables, tableClients } from '../../functions/platform/table.ts'

const BINARY = join(import.meta.dirname, '..', '..', 'node_modules', '@dynoxide', 'linux-x64', 'dynoxide')
const UNTIL_WE_END = '"$0" "$@" </dev/null & engine=$!; cat >/dev/null; kill $engine'
const STARTS_MAX = 3

export type Engine = { readonly endpoint: string; readonly end: () => void } & Pick<Tables, 'reader' | 'writer'>

/** Kept here and not in this module, because each test file may load the module anew. */
const shared = globalThis as { revisitTestEngine?: Promise<Engine> }

export function engine(): Promise<Engine> {
  shared.revisitTestEngine ??= start(1)
  return shared.revisitTestEngine
}

/** Whoever asks next starts another. */
export async function endEngine(): Promise<void> {
  const running = await shared.revisitTestEngine
  delete shared.revisitTestEngine
  running?.end()
}

/** Connection settings for any further client of this engine. */
export function engineConfig(endpoint: string) {
  return { endpoint, region: 'us-east-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' } }
}

async function start(attempt: number): Promise<Engine> {
  const port = await freePort()
  const child = spawn('/bin/sh', ['-c', UNTIL_WE_END, BINARY, 'serve', '--port', String(port)], {
    stdio: ['pipe', 'ignore', 'pipe'],
  })
  const said = await firstLine(child)
  if (!said.includes('listening')) {
    if (attempt === STARTS_MAX) throw new Error(`the engine does not start: ${said}`)
    return start(attempt + 1)
  }
  for (const part of [child, child.stdin, child.stderr]) (part as { unref?: () => void }).unref?.()
  const endpoint = `http://127.0.0.1:${port}`
  return { endpoint, end: () => child.stdin.end(), ...tableClients(engineConfig(endpoint)) }
}

/** Somebody else may take the port before the engine does; then it says so and is started again. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() =>
        typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no free port')),
      )
    })
  })
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    if (!child.stderr) throw new Error('the engine was started without its output')
    const lines = createInterface({ input: child.stderr })
    lines.once('line', resolve)
    lines.once('close', () => resolve('it ended without a word'))
  })
}
