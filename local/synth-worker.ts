/** Loads the CDK at once and writes the cloud assembly when told that the bundles are there. */
import { parentPort, workerData } from 'node:worker_threads'
import { synthesize } from '../infra/app.ts'
import type { StageName } from '../infra/stages.ts'

const { outdir, stage } = workerData as { outdir: string; stage: StageName }

parentPort?.once('message', () => {
  try {
    synthesize({ outdir, stage })
    parentPort?.postMessage({ ok: true })
  } catch (error) {
    parentPort?.postMessage({
      ok: false,
      reason: error instanceof Error ? (error.stack ?? error.message) : String(error),
    })
  }
})
