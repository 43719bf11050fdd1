/**
 * One run per data folder. The lock names its run and its engine, because an engine survives a parent that was killed
 * and two engines on one file would each believe that it is theirs.
 */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import * as z from 'zod'
import { type Life, LifeShape, lifeOf, takeFile } from './file-lock.ts'
import { isAlive, processesWith } from './process-mark.ts'
import { Remedy } from './remedy.ts'
import { shortPath } from './short-path.ts'
import { readIfSound, writeState } from './state.ts'

const HolderShape = z.object({ run: LifeShape, port: z.int(), engine: LifeShape.optional() })

type Holder = z.infer<typeof HolderShape>

const TRIES_MAX = 5
const STOP_POLL_MS = 10
const TERM_POLLS = 300

export type FolderLock = {
  readonly noteEngine: (pid: number) => void
  readonly release: () => void
}

/** @throws Remedy when another run or another program holds the folder. */
export async function lockFolder(dataDir: string, port: number): Promise<FolderLock> {
  const file = join(dataDir, 'run.lock')
  const holder: Holder = { run: lifeOf(), port }
  for (let attempt = 1; !takeFile(file, holder); attempt += 1) {
    const other = readIfSound(file, HolderShape)
    if (other && isAlive(other.run.pid, other.run.mark)) throw heldBy(other, dataDir)
    if (attempt === TRIES_MAX) throw new Remedy(`Another process keeps taking ${file}; try again in a moment.`)
    if (other?.engine) await stopOrphan(other.engine)
    rmSync(file, { force: true })
  }
  const strangers = processesWith('--db-path', engineFile(dataDir))
  if (strangers.length > 0) {
    rmSync(file, { force: true })
    throw new Remedy(
      `Process ${strangers.join(', ')} has ${shortPath(engineFile(dataDir))} open and is no child of a run here; ` +
        'stop it or choose another folder with DATA_DIR.',
    )
  }
  if (readIfSound(file, HolderShape)?.run.pid !== process.pid) {
    throw new Remedy(`Another run took ${shortPath(dataDir)} at the same moment; this one leaves it alone.`)
  }
  return {
    noteEngine: (pid) => writeState(file, { ...holder, engine: lifeOf(pid) }),
    release: () => rmSync(file, { force: true }),
  }
}

export function engineFile(dataDir: string): string {
  return join(dataDir, 'engine.db')
}

async function stopOrphan({ pid, mark }: Life): Promise<void> {
  for (let poll = 0; isAlive(pid, mark); poll += 1) {
    if (poll === 0) signal(pid, 'SIGTERM')
    if (poll === TERM_POLLS) signal(pid, 'SIGKILL')
    if (poll > 2 * TERM_POLLS) throw new Remedy(`The engine ${pid} of an earlier run does not end; stop it by hand.`)
    await wait(STOP_POLL_MS)
  }
}

/** Nobody to tell is as good as told. */
function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}

function heldBy({ run, port }: Holder, dataDir: string): Remedy {
  return new Remedy(
    `A run on port ${port} (process ${run.pid}) already uses ${shortPath(dataDir)}; ` +
      'stop it first, or give this one its own with DATA_DIR=.local-2 PORT=8788 npm start.',
  )
}
