/**
 * A local run of one's own for a verification, with its own port and data folder, that can be killed whole in the
 * middle of its work, its engine included, and leaves nothing behind afterwards.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { Clock } from './clock.ts'
import { engineFile } from './lock.ts'
import { processesWith } from './process-mark.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const READY_WITHIN_MS = 120_000
const STOP_WITHIN_MS = 15_000
const OUTPUT_LINES_MAX = 40

export type LocalRun = {
  readonly url: string
  /** kill -9 of everything at once. */
  kill(): Promise<void>
  /** The same run again, on the same port and data. */
  startAgain(): Promise<void>
  killAndRestart(): Promise<void>
  /** Ends the run and removes its data. */
  stop(): Promise<void>
}

export type RunOptions = {
  /** With a business that has a history. */
  readonly isDemo?: boolean
  /** What the run's clock says when it begins; the machine's own time where nothing is wanted. */
  readonly startsAt?: number
}

/** Starts from nothing. @throws when the run does not get ready, with the last lines it said. */
export async function startLocalRun({ isDemo = false, startsAt }: RunOptions = {}): Promise<LocalRun> {
  const dataDir = await mkdtemp(join(tmpdir(), 'revisit-history-'))
  if (startsAt !== undefined) new Clock(dataDir).set(startsAt)
  const port = await freePort()
  const group: { child?: ChildProcess } = {}
  const killAll = () => {
    signal(group.child?.pid === undefined ? undefined : -group.child.pid, 'SIGKILL')
    // The engine has a group of its own; the path of its data tells it from every other one.
    for (const pid of processesWith('--db-path', engineFile(dataDir))) signal(pid, 'SIGKILL')
  }
  const abandon = () => {
    killAll()
    rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 })
  }
  process.once('exit', abandon)
  const launch = async () => {
    const args = ['--import', './local/node-version.mjs', 'local/start.ts', ...(isDemo ? ['--demo'] : [])]
    group.child = spawn(process.execPath, args, {
      cwd: ROOT,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, PORT: String(port), DATA_DIR: dataDir },
    })
    await ready(group.child)
  }
  const stop = async () => {
    await endGently(group.child, killAll)
    process.off('exit', abandon)
    await rm(dataDir, { recursive: true, force: true })
  }
  try {
    await launch()
  } catch (error) {
    await stop()
    throw error
  }
  const kill = async () => {
    killAll()
    await ended(group.child)
  }
  return {
    url: `http://localhost:${port}`,
    stop,
    kill,
    startAgain: launch,
    killAndRestart: () => kill().then(launch),
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no free port was given')
  return address.port
}

function ready(child: ChildProcess): Promise<void> {
  const said: string[] = []
  return new Promise((resolve, reject) => {
    const fail = (why: string) => reject(new Error(`the local run ${why}:\n${said.join('\n')}`))
    const timer = setTimeout(() => fail(`was not ready within ${READY_WITHIN_MS / 1_000} s`), READY_WITHIN_MS)
    const settle = (then: () => void) => {
      clearTimeout(timer)
      then()
    }
    for (const stream of [child.stdout, child.stderr]) {
      if (stream === null) continue
      createInterface({ input: stream }).on('line', (line) => {
        said.push(line)
        if (said.length > OUTPUT_LINES_MAX) said.shift()
        if (line.startsWith('ready http')) settle(resolve)
      })
    }
    child.once('error', (error) => settle(() => fail(`could not be started (${error.message})`)))
    child.once('exit', (code, signal) => settle(() => fail(`ended with ${code ?? signal}`)))
  })
}

/** A negative id means the group, which may outlive its leader. */
function signal(pid: number | undefined, name: NodeJS.Signals): void {
  if (pid === undefined) return
  try {
    process.kill(pid, name)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}

async function ended(child: ChildProcess | undefined): Promise<void> {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
  await once(child, 'exit')
}

/** Asks politely first: stopping cleanly is part of what is verified. */
async function endGently(child: ChildProcess | undefined, killAll: () => void): Promise<void> {
  if (child?.exitCode === null && child.signalCode === null) child.kill('SIGTERM')
  const tooLong = setTimeout(killAll, STOP_WITHIN_MS)
  await ended(child)
  clearTimeout(tooLong)
  killAll()
}
