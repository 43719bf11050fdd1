/**
 * One local run with the demo business for everything that is looked at screen by screen, on a day of the year that is
 * always the same; or the one at `E2E_DEMO_URL`, which somebody watches and keeps.
 */
import type { TestProject } from 'vitest/node'
import { startLocalRun } from '../../local/history-run.ts'
import type {} from './one-run.ts'

export async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const watched = process.env.E2E_DEMO_URL
  if (watched !== undefined) {
    project.provide('origins', [watched])
    return undefined
  }
  const run = await startLocalRun({ isDemo: true, startsAt: nextFirstOfDecember(Date.now()) })
  project.provide('origins', [run.url])
  return run.stop
}

/** 10:00 in Hong Kong. Never in the past, where a browser would throw the run's cookies away. */
function nextFirstOfDecember(now: number): number {
  const year = new Date(now).getUTCFullYear()
  return [year, year + 1].map((each) => Date.UTC(each, 11, 1, 2)).find((time) => time > now) ?? now
}
