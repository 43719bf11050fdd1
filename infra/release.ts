/** What is being deployed, as `/v1/health` will tell it. The same commit always gives the same answer. */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'

const ROOT = join(import.meta.dirname, '..')

const Package = z.object({ version: z.string().min(1).max(64) })

export type Release = { readonly version: string; readonly commit: string }

export function currentRelease(): Release {
  const { version } = Package.parse(JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')))
  const git = spawnSync('git', ['rev-parse', '--verify', 'HEAD'], { cwd: ROOT, encoding: 'utf8', timeout: 5_000 })
  // A source archive has no history and a machine may have no git; both deploy well.
  return { version, commit: git.status === 0 ? git.stdout.trim() : 'unknown' }
}
