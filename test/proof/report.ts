/** Says at the end of a part what was done with which seed, and leaves it as a file for who adds the parts up. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DEPTH, SEED } from './depth.ts'

export const OUT = join(import.meta.dirname, 'out')

/** The commit that was looked at, with a mark where files differ from it; `unknown` outside a repository. */
export function commit(): string {
  try {
    return execFileSync('git', ['describe', '--always', '--dirty', '--abbrev=12'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    })
      .toString()
      .trim()
  } catch {
    return 'unknown'
  }
}

export function report(part: string, figures: object, text: string, seed = SEED): void {
  const seconds = Math.round(performance.now() / 100) / 10
  mkdirSync(OUT, { recursive: true })
  const content = { part, depth: DEPTH.name, seed, commit: commit(), seconds, ...figures }
  writeFileSync(join(OUT, `${part}.json`), `${JSON.stringify(content, null, 1)}\n`)
  console.info(`${part} (${DEPTH.name}): seed ${seed}, commit ${content.commit}\n${text}`)
}
