/**
 * Puts the built pages into the bucket of a deployment, with `/config.json` made from its outputs. Files come before the
 * pages that name them, and nothing is deleted: a page that is open still asks for the files of its own release.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'

const DIST = join(import.meta.dirname, '..', 'dist')
const WEB = join(DIST, 'web')
const OUTPUTS = join(DIST, 'outputs.json')

const Outputs = z.object({
  PagesBucket: z.string(),
  MemberPageUrl: z.string(),
  StaffPageUrl: z.string(),
  MembersAuthority: z.string(),
  MemberClientId: z.string(),
  StaffAuthority: z.string(),
  StaffClientId: z.string(),
})
export type Outputs = z.infer<typeof Outputs>

/** @throws where the outputs of several deployments, or of none with pages, are in the file. */
export function outputsOf(file: string): Outputs {
  const stacks = Object.values(z.record(z.string(), z.unknown()).parse(JSON.parse(file)))
  const [found, ...others] = stacks.flatMap((stack) => Outputs.safeParse(stack).data ?? [])
  if (found === undefined || others.length > 0) throw new Error('not exactly one deployment with pages in outputs.json')
  return found
}

/** Nothing in it is a secret: it is served to whoever opens a page. */
export function configOf(outputs: Outputs) {
  return {
    issuers: {
      members: { authority: outputs.MembersAuthority, clientId: outputs.MemberClientId },
      staff: { authority: outputs.StaffAuthority, clientId: outputs.StaffClientId },
    },
  }
}

/** @returns the calls of `aws` in their order. */
export function uploads(folder: string, bucket: string): string[][] {
  const sync = ['s3', 'sync', folder, `s3://${bucket}`, '--no-progress']
  return [
    [...sync, '--exclude', '*.html', '--exclude', '*worker.js', '--exclude', 'config.json'],
    [...sync, '--exclude', '*', '--include', '*.html', '--include', '*worker.js', '--include', 'config.json'],
  ]
}

function publish(): void {
  for (const needed of [OUTPUTS, join(WEB, 'index.html')]) {
    if (!existsSync(needed)) throw new Error(`${needed} is missing: run \`npm run deploy\` first`)
  }
  const outputs = outputsOf(readFileSync(OUTPUTS, 'utf8'))
  writeFileSync(join(WEB, 'config.json'), `${JSON.stringify(configOf(outputs))}\n`)
  for (const call of uploads(WEB, outputs.PagesBucket)) {
    const { status, error } = spawnSync('aws', call, { stdio: 'inherit' })
    if (status !== 0) throw new Error(`aws ${call.slice(0, 2).join(' ')} failed`, { cause: error })
  }
  console.info(`members ${outputs.MemberPageUrl}\nstaff   ${outputs.StaffPageUrl}`)
}

if (import.meta.main) publish()
