/**
 * Brings bundles and template up to date before a run, and does nothing when they are. Loading the CDK takes longer
 * than bundling, so it begins on a thread of its own while the bundles are made.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import * as z from 'zod'
import { buildHeld, hashOf, isBuilt, ROOT } from './build.ts'
import { withFileLock } from './file-lock.ts'
import { readIfSound, writeState } from './state.ts'

const OUT = join(ROOT, 'cdk.out')
const DIST = join(ROOT, 'dist')
const STAMP = join(DIST, 'synth.json')
const STAGE = 'dev'
/** Another run may still load a bundle that this one has replaced. */
const KEEP_ASSETS_MS = 24 * 60 * 60 * 1000

const Stamp = z.object({ sources: z.string(), bundles: z.string(), out: z.string() })
const Finished = z.union([z.object({ ok: z.literal(true) }), z.object({ ok: z.literal(false), reason: z.string() })])

/** @returns the folder of the cloud assembly. @throws when the bundles or the template cannot be made */
export function prepareAssembly(): Promise<string> {
  return withFileLock(join(DIST, 'build.lock'), async () => {
    const sources = sourcesHash()
    const stamp = readIfSound(STAMP, Stamp)
    const isStale = stamp?.sources !== sources || stamp.out !== outHash()
    let synth = isStale || !isBuilt() ? startSynth() : undefined
    try {
      await buildHeld()
      const bundles = hashOf([join(DIST, 'functions')])
      if (!synth && stamp?.bundles === bundles) return OUT
      rmSync(STAMP, { force: true })
      synth ??= startSynth()
      await finishSynth(synth)
      writeState(STAMP, { sources, bundles, out: outHash() })
    } finally {
      await synth?.worker.terminate()
    }
    removeOldAssets()
    return OUT
  })
}

function sourcesHash(): string {
  const commit = spawnSync('git', ['rev-parse', '--verify', 'HEAD'], { cwd: ROOT, encoding: 'utf8', timeout: 5_000 })
  const files = hashOf([
    join(ROOT, 'infra'),
    join(ROOT, 'functions', 'platform'),
    ...['package.json', 'package-lock.json', 'cdk.json'].map((name) => join(ROOT, name)),
  ])
  return `${STAGE} ${commit.stdout} ${files}`
}

/** What lies in the folder may be the work of a deployment of another stage. */
function outHash(): string {
  if (!existsSync(join(OUT, 'manifest.json'))) return ''
  const files = readdirSync(OUT).filter((name) => name === 'manifest.json' || name.endsWith('.template.json'))
  return hashOf(files.sort().map((name) => join(OUT, name)))
}

type Synth = { readonly worker: Worker; readonly finished: Promise<z.infer<typeof Finished>> }

function startSynth(): Synth {
  const worker = new Worker(new URL('./synth-worker.ts', import.meta.url), {
    workerData: { outdir: OUT, stage: STAGE },
  })
  const finished = new Promise<z.infer<typeof Finished>>((resolve) => {
    worker.once('message', (message: unknown) => resolve(Finished.parse(message)))
    worker.once('error', (error) =>
      resolve({ ok: false, reason: error instanceof Error ? (error.stack ?? '') : String(error) }),
    )
  })
  return { worker, finished }
}

async function finishSynth({ worker, finished }: Synth): Promise<void> {
  worker.postMessage('go')
  const result = await finished
  if (!result.ok) throw new Error(result.reason)
}

function removeOldAssets(): void {
  const before = Date.now() - KEEP_ASSETS_MS
  for (const name of readdirSync(OUT)) {
    const path = join(OUT, name)
    if (name.startsWith('asset.') && statSync(path).mtimeMs < before) rmSync(path, { recursive: true, force: true })
  }
}
