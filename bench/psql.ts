/**
 * A PostgreSQL server for a moment, and callers of it. The one that `PGHOST` names is used where it is set; else one is made
 * of the programs on the PATH, in a folder of its own, with durability as it comes. Spoken to through `psql`, so that no
 * driver has to be installed for a comparison.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { chown, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as wait } from 'node:timers/promises'

export type Server = {
  readonly version: string
  readonly env: NodeJS.ProcessEnv
  readonly close: () => Promise<void>
}

const READY_POLLS = 200
const READY_POLL_MS = 50

/** @returns undefined where no server is at hand */
export async function openServer(env: NodeJS.ProcessEnv): Promise<Server | undefined> {
  const has = (program: string) => (env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)))
  if (!has('psql')) return undefined
  if (env.PGHOST) return { version: versionOf(env), env, close: async () => undefined }
  return has('initdb') && has('postgres') ? ownServer(env) : undefined
}

async function ownServer(env: NodeJS.ProcessEnv): Promise<Server> {
  const folder = await mkdtemp(join(tmpdir(), 'revisit-peer-'))
  const owner = ownerOf()
  if (owner) await chown(folder, owner.uid, owner.gid)
  const data = join(folder, 'data')
  const settled = { ...env, PGHOST: folder, PGUSER: 'postgres', PGDATABASE: 'postgres' }
  const options = { ...owner, env: settled, cwd: folder, stdio: 'ignore' } as const
  let server: ChildProcess | undefined
  const close = async () => {
    if (server?.exitCode === null) {
      const exited = once(server, 'exit')
      server.kill('SIGINT')
      await exited
    }
    await rm(folder, { recursive: true, force: true })
  }
  try {
    const made = spawnSync('initdb', ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8'], options)
    if (made.status !== 0) throw new Error(`initdb ended with ${made.status}`)
    server = spawn('postgres', ['-D', data, '-k', folder, '-c', 'listen_addresses='], options)
    for (let poll = 0; !isReady(settled); poll += 1) {
      if (poll === READY_POLLS || server.exitCode !== null) throw new Error('the server does not get ready')
      await wait(READY_POLL_MS)
    }
    return { version: versionOf(settled), env: settled, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** PostgreSQL refuses to run as root; somebody else has to. */
function ownerOf(): { readonly uid: number; readonly gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined
  const idOf = (flag: string) => Number(spawnSync('id', [flag, 'nobody'], { encoding: 'utf8' }).stdout)
  return { uid: idOf('-u'), gid: idOf('-g') }
}

function isReady(env: NodeJS.ProcessEnv): boolean {
  return spawnSync('psql', ['-X', '-c', 'SELECT 1'], { env, stdio: 'ignore' }).status === 0
}

function versionOf(env: NodeJS.ProcessEnv): string {
  return spawnSync('psql', ['-X', '-A', '-t', '-c', 'SHOW server_version'], { env, encoding: 'utf8' }).stdout.trim()
}

export type Caller = { readonly ask: (statement: string) => Promise<string>; readonly close: () => void }

/** One connection; one statement at a time, which must answer with exactly one row. */
export function openCaller(env: NodeJS.ProcessEnv): Caller {
  const psql = spawn('psql', ['-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1'], {
    env,
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const lines = createInterface({ input: psql.stdout })
  let answered: ((line: string) => void) | undefined
  let failed: ((error: Error) => void) | undefined
  lines.on('line', (line) => answered?.(line))
  psql.once('close', (code) => failed?.(new Error(`psql ended with ${code}`)))
  return {
    ask: (statement) =>
      new Promise((resolve, reject) => {
        answered = resolve
        failed = reject
        psql.stdin.write(`${statement}\n`)
      }),
    close: () => psql.stdin.end(),
  }
}

/** Runs a file of statements. @throws where one of them fails */
export function runFile(env: NodeJS.ProcessEnv, path: string): void {
  const ran = spawnSync('psql', ['-X', '-q', '-v', 'ON_ERROR_STOP=1', '-f', path], { env, encoding: 'utf8' })
  if (ran.status !== 0) throw new Error(`${path} failed: ${ran.stderr}`)
}
