/** Puts away what a command has started, also when somebody ends it early: an engine outlives its parent otherwise. */

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
const INTERRUPTED = Symbol('interrupted')
/** As shells tell of a command that was interrupted. */
const STATUS = 130

/** Does the work and tidies up after it, however it ends; after a signal the process ends with that. */
export async function tidied<T>(work: () => Promise<T>, tidy: () => Promise<void>): Promise<T> {
  const { promise: interrupted, resolve } = Promise.withResolvers<typeof INTERRUPTED>()
  const interrupt = () => resolve(INTERRUPTED)
  for (const signal of SIGNALS) process.on(signal, interrupt)
  try {
    const outcome = await Promise.race([work(), interrupted])
    if (outcome !== INTERRUPTED) return outcome
  } finally {
    await tidy()
    for (const signal of SIGNALS) process.off(signal, interrupt)
  }
  console.error('Stopped; nothing of it goes on or stays behind.')
  process.exit(STATUS)
}
