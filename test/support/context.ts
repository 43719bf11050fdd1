/** A context for calling platform code without a gateway: it waits for nothing and its chance and ids are counted. */
import type { Context } from '../../functions/platform/context.ts'
import type { LogLine } from '../../functions/platform/log.ts'
import { TEST_START } from './clock.ts'

export type ContextSeen = { readonly ctx: Context; readonly logs: LogLine[]; readonly waits: number[] }

/** What a test does not give must not be used: the tables of this context throw. */
export function aContext(given: Partial<Context> = {}): ContextSeen {
  const logs: LogLine[] = []
  const waits: number[] = []
  let ids = 0
  const ctx: Context = {
    actor: { id: 'till-1', roles: ['pos'], stores: '*' },
    now: Date.parse(TEST_START),
    requestId: 'request-1',
    language: 'en',
    newId: (prefix) => `${prefix}_01J9${String(++ids).padStart(22, '0')}`,
    random: () => 0,
    wait: async (milliseconds) => {
      waits.push(milliseconds)
    },
    elapsed: () => 0,
    secret: async () => 'a secret',
    log: (line) => {
      logs.push(line)
    },
    get table(): Context['table'] {
      throw new Error('this test has no tables')
    },
    ...given,
  }
  return { ctx, logs, waits }
}
