/** What a figure depends on beside the code: when it was measured, on what, and how busy that was. */
import { availableParallelism, loadavg } from 'node:os'
import * as z from 'zod'
import { currentRelease } from '../infra/release.ts'

export const Circumstances = z.strictObject({
  date: z.string(),
  commit: z.string(),
  node: z.string(),
  cores: z.number(),
})
export type Circumstances = z.infer<typeof Circumstances>

export function circumstances(): Circumstances {
  return {
    date: new Date().toISOString().slice(0, 10),
    commit: currentRelease().commit.slice(0, 12),
    node: process.versions.node,
    cores: availableParallelism(),
  }
}

/** More than twice as much to run as there are cores, over the last minute. */
export function isBusy(): boolean {
  return (loadavg()[0] ?? 0) > 2 * availableParallelism()
}

export type Cost = { readonly cpuMs: number; readonly wallMs: number }

/** Milliseconds of CPU of this process, its collector included, and of the clock, for each of so many operations. */
export async function perOperation(count: number, run: (index: number) => Promise<unknown>): Promise<Cost> {
  globalThis.gc?.()
  const started = performance.now()
  const before = process.cpuUsage()
  for (let index = 0; index < count; index += 1) await run(index)
  const { user, system } = process.cpuUsage(before)
  return { cpuMs: (user + system) / 1_000 / count, wallMs: (performance.now() - started) / count }
}
