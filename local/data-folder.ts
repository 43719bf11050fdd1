/** The folder that a run remembers in; whatever is wrong with it is said before anything is started. */
import { accessSync, constants, existsSync, mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { Remedy } from './remedy.ts'
import { shortPath } from './short-path.ts'

/** Makes the folder where it is not there. @throws Remedy when it cannot be made or written. */
export function openDataFolder(path: string): void {
  try {
    makeFolder(path)
    accessSync(path, constants.W_OK | constants.X_OK)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error
    throw unusable(path, String(error.code))
  }
  if (!statSync(path).isDirectory()) throw unusable(path, 'it is a file')
}

/** Step by step, because Node never comes back from making a folder and its parents where the system allows none. */
function makeFolder(path: string): void {
  if (existsSync(path)) return
  makeFolder(dirname(path))
  try {
    mkdirSync(path)
  } catch (error) {
    const isThere = error instanceof Error && 'code' in error && error.code === 'EEXIST'
    if (!isThere) throw error
  }
}

function unusable(path: string, why: string): Remedy {
  return new Remedy(`The data folder ${shortPath(path)} cannot be used (${why}); name another one with DATA_DIR.`)
}
