/** Tells one life of a process id from the next, so that a file which remembers a process never means a stranger. */
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { isMissing } from './state.ts'

const START_TIME_FIELD = 22

/** @returns undefined when no such process lives; otherwise the same text for as long as it does. */
export function processMark(pid: number): string | undefined {
  if (!existsSync('/proc/self/stat')) return markFromPs(pid)
  const stat = readProc(`/proc/${pid}/stat`)
  if (stat === undefined) return undefined
  // The name of the program stands in brackets and may itself hold blanks and brackets.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const isZombie = fields[0] === 'Z'
  return isZombie ? undefined : `${readProc('/proc/sys/kernel/random/boot_id')?.trim()}:${fields[START_TIME_FIELD - 3]}`
}

export function isAlive(pid: number, mark: string): boolean {
  return processMark(pid) === mark
}

/** Processes that were started with these two arguments next to one another; empty where the system does not tell. */
export function processesWith(option: string, value: string): number[] {
  if (!existsSync('/proc/self/stat')) return []
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      const args = readProc(`/proc/${pid}/cmdline`)?.split('\0') ?? []
      return args.some((argument, index) => argument === option && args[index + 1] === value)
    })
}

function markFromPs(pid: number): string | undefined {
  const { stdout } = spawnSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8', timeout: 5_000 })
  return stdout.trim() || undefined
}

function readProc(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    // A process may end between listing and reading, or belong to someone else.
    if (
      isMissing(error) ||
      (error instanceof Error && 'code' in error && ['ESRCH', 'EACCES'].includes(String(error.code)))
    ) {
      return undefined
    }
    throw error
  }
}
