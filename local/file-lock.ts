/** Files that only one process may hold at a time, and that the death of their holder frees. */
import { linkSync, mkdirSync, rmSync, unlinkSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import * as z from 'zod'
import { isAlive, processMark } from './process-mark.ts'
import { Remedy } from './remedy.ts'
import { readIfSound } from './state.ts'

export const LifeShape = z.object({ pid: z.int().positive(), mark: z.string() })
export type Life = z.infer<typeof LifeShape>

const HolderShape = z.object({ run: LifeShape })

const POLL_MS = 50
const POLLS_MAX = 2_400

/** The life of this process, or of one that it started. */
export function lifeOf(pid: number = process.pid): Life {
  return { pid, mark: processMark(pid) ?? '' }
}

/**
 * Linking a complete file into place makes it impossible to see a lock that is still being written.
 * @returns false when the file is there already
 */
export function takeFile(file: string, content: unknown): boolean {
  mkdirSync(dirname(file), { recursive: true })
  const own = `${file}.${process.pid}`
  writeFileSync(own, JSON.stringify(content), { mode: 0o600 })
  try {
    linkSync(own, file)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  } finally {
    unlinkSync(own)
  }
}

/** Does the work while holding the file, after waiting for whoever holds it now. */
export async function withFileLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  for (let poll = 0; !takeFile(file, { run: lifeOf() }); poll += 1) {
    // A lock that cannot be read was not written by us and protects nobody.
    const holder = readIfSound(file, HolderShape)
    if (!holder || !isAlive(holder.run.pid, holder.run.mark)) rmSync(file, { force: true })
    else if (poll === POLLS_MAX)
      throw new Remedy(`Process ${holder.run.pid} does not give back ${file}; stop it and try again.`)
    else await wait(POLL_MS)
  }
  try {
    return await work()
  } finally {
    rmSync(file, { force: true })
  }
}
