/** Callers who each send the next request as soon as the last one was answered, and how long they waited. */
import type { Load } from './figures.ts'
import { percentile } from './statistics.ts'

/** Sends one request; the index is used once in a run. */
export type Send = (caller: number, index: number) => Promise<unknown>

export type Plan = {
  readonly what: string
  readonly callers: number
  readonly requests: number
  /** The first index, so that loads that follow one another share none. */
  readonly from: number
}

export async function loaded(send: Send, { what, callers, requests, from }: Plan): Promise<Load> {
  const waits: number[] = []
  let next = 0
  const started = performance.now()
  const caller = async (name: number) => {
    while (next < requests) {
      const index = from + next
      next += 1
      const began = performance.now()
      await send(name, index)
      waits.push(performance.now() - began)
    }
  }
  await Promise.all(Array.from({ length: callers }, (_, name) => caller(name)))
  const seconds = (performance.now() - started) / 1_000
  const percentiles = { p50Ms: percentile(waits, 0.5), p99Ms: percentile(waits, 0.99) }
  return { what, callers, requests, perSecond: requests / seconds, ...percentiles }
}

export function loadRow({ what, callers, perSecond, p50Ms, p99Ms }: Load): string[] {
  const title = `${what}, ${callers} ${callers === 1 ? 'caller' : 'callers'}`
  return [title, ...[perSecond, p50Ms, p99Ms].map((figure) => figure.toFixed(1))]
}

export const LOAD_HEADS = ['', 'per second', 'p50 ms', 'p99 ms'] as const
