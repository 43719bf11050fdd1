/**
 * A local run for each worker that plays flows in a browser, so that two flows never meet each other's clock or members; or
 * the one at `E2E_URL`, which somebody watches and keeps. Ended with the flows.
 */
import type { TestProject } from 'vitest/node'
import { startLocalRun } from '../../local/history-run.ts'
import { useFlowProgram } from './flow-program.ts'

declare module 'vitest' {
  interface ProvidedContext {
    readonly origins: readonly string[]
  }
}

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const watched = process.env.E2E_URL
  const ends: (() => Promise<void>)[] = []
  const stop = async () => {
    await Promise.all(ends.map((end) => end()))
  }
  try {
    const origins = watched === undefined ? [] : [watched]
    // One after the other: the first may have to build what both serve.
    while (origins.length < (watched === undefined ? project.config.maxWorkers : 1)) {
      const run = await startLocalRun()
      ends.push(run.stop)
      origins.push(run.url)
    }
    for (const origin of origins) await useFlowProgram(origin)
    project.provide('origins', origins)
  } catch (error) {
    await stop()
    throw error
  }
  return stop
}
