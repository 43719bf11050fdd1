/** One local run for all flows in a browser, ended with them; or the one at `E2E_URL`, which somebody watches and keeps. */
import type { TestProject } from 'vitest/node'
import { startLocalRun } from '../../local/history-run.ts'
import { useFlowProgram } from './flow-program.ts'

declare module 'vitest' {
  interface ProvidedContext {
    readonly origin: string
  }
}

export async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const watched = process.env.E2E_URL
  if (watched !== undefined) {
    await useFlowProgram(watched)
    project.provide('origin', watched)
    return undefined
  }
  const run = await startLocalRun()
  try {
    await useFlowProgram(run.url)
  } catch (error) {
    await run.stop()
    throw error
  }
  project.provide('origin', run.url)
  return run.stop
}
