/** One run per data folder: who may take it, and what becomes of an engine whose parent was killed. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { lifeOf, withFileLock } from '../../local/file-lock.ts'
import { engineFile, lockFolder } from '../../local/lock.ts'
import { isAlive, processesWith } from '../../local/process-mark.ts'
import { Remedy } from '../../local/remedy.ts'

const GONE = { pid: 2_147_480_000, mark: 'gone' }

let folder: string
let lock: string
let engine: ChildProcess | undefined

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'revisit-lock-'))
  lock = join(folder, 'run.lock')
})
afterEach(() => {
  engine?.kill('SIGKILL')
  engine = undefined
  rmSync(folder, { recursive: true, force: true })
})

/** Looks like an engine that has the folder's file open. */
async function anEngine(): Promise<{ pid: number; ended: Promise<unknown> }> {
  const wait = 'process.stdout.write("up"); setInterval(() => {}, 1000)'
  engine = spawn(process.execPath, ['-e', wait, '--', '--db-path', engineFile(folder)], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const ended = once(engine, 'exit')
  if (engine.stdout) await once(engine.stdout, 'data')
  return { pid: engine.pid ?? 0, ended }
}

function held(content: unknown): void {
  writeFileSync(lock, JSON.stringify(content))
}

describe('a data folder', () => {
  test('is taken once and free again afterwards', async () => {
    const first = await lockFolder(folder, 8787)
    await expect(lockFolder(folder, 8788)).rejects.toThrow(/A run on port 8787 .* already uses .*; stop it first/)
    first.release()
    const second = await lockFolder(folder, 8788)
    second.release()
    expect(existsSync(lock)).toBe(false)
  })

  test.each([
    ['whose run is dead', { run: GONE, port: 8787 }],
    [
      'whose process id belongs to somebody else by now',
      { run: { pid: process.pid, mark: 'an earlier life' }, port: 8787 },
    ],
    ['that nobody can read', 'nonsense'],
  ])('with a lock %s is free', async (_, content) => {
    held(content)
    const taken = await lockFolder(folder, 8787)
    taken.release()
    expect(existsSync(lock)).toBe(false)
  })

  test('of a killed run is taken over after its engine was stopped, so that two engines never share a file', async () => {
    const { pid, ended } = await anEngine()
    held({ run: GONE, port: 8787, engine: lifeOf(pid) })
    const taken = await lockFolder(folder, 8787)
    await ended
    expect(processesWith('--db-path', engineFile(folder))).toEqual([])
    taken.release()
  })

  test('never ends a stranger that got the process id of the engine', async () => {
    const { pid } = await anEngine()
    held({ run: GONE, port: 8787, engine: { pid, mark: 'an earlier life' } })
    await expect(lockFolder(folder, 8787)).rejects.toThrow(Remedy)
    expect(isAlive(pid, lifeOf(pid).mark)).toBe(true)
  })

  test('with an engine that nobody here started is refused by its process id, and left as it was', async () => {
    const { pid } = await anEngine()
    await expect(lockFolder(folder, 8787)).rejects.toThrow(new RegExp(`Process ${pid} has .*engine.db open`))
    expect(existsSync(lock)).toBe(false)
  })
})

describe('a file lock', () => {
  test('lets one in at a time, so that two starts never build into the same folder', async () => {
    let inside = 0
    let most = 0
    const work = () =>
      withFileLock(join(folder, 'build.lock'), async () => {
        inside += 1
        most = Math.max(most, inside)
        await new Promise(setImmediate)
        inside -= 1
      })
    await Promise.all([work(), work(), work()])
    expect(most).toBe(1)
  })

  test('is given back when the work fails', async () => {
    const file = join(folder, 'build.lock')
    await expect(withFileLock(file, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken')
    expect(existsSync(file)).toBe(false)
  })
})
