/** Waits until nothing moves any more: streams delivered, schedules done, and nothing left that one gave the other. */

const DRAIN_MAX_MS = 60_000

export type Drained = {
  /** @returns when what was there is done with; whether there was any. */
  readonly drain: () => Promise<boolean>
}

/** @returns false when something still moved after the longest time that a drain may take. */
export async function drain(parts: readonly Drained[]): Promise<boolean> {
  const until = performance.now() + DRAIN_MAX_MS
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), DRAIN_MAX_MS)
  })
  try {
    // What one function does may feed the stream of another: quiet is a round in which nothing was found.
    while (performance.now() < until) {
      const round = await Promise.race([Promise.all(parts.map((part) => part.drain())), late])
      if (round === 'late') return false
      if (!round.includes(true)) return true
    }
    return false
  } finally {
    clearTimeout(timer)
  }
}
