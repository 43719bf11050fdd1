/**
 * The process side of functions that nobody calls: those that follow the stream or a schedule. They act as the product
 * itself and know no secret.
 */
import { SYSTEM } from '../platform/auth.ts'
import { type Context, contextOf, processServices, type Services } from '../platform/context.ts'
import { type Tables, tableClients } from '../platform/table.ts'

export type WorkerEnv = { readonly LEDGER_TABLE?: string; readonly OPERATIONS_TABLE: string }

/** @returns what makes a context for one invocation; the clients are made once, at the first. */
export function workerContext(environment: () => WorkerEnv): (requestId: string) => Context {
  let services: Services | undefined
  return (requestId) => {
    services ??= makeServices(environment())
    return contextOf(services, { actor: SYSTEM, now: Date.now(), requestId, language: 'en' })
  }
}

/** No table has this name and no role may touch it, so that a call by mistake fails and names its reason. */
export const NOT_OURS = 'not-a-table-of-this-function'

function makeServices({ LEDGER_TABLE = NOT_OURS, OPERATIONS_TABLE }: WorkerEnv): Services {
  const names: Tables['names'] = { Ledger: LEDGER_TABLE, Operations: OPERATIONS_TABLE, Members: NOT_OURS }
  const clients = tableClients()
  return processServices(
    (usage) => ({ ...clients, names, usage }),
    () => Promise.reject(new Error('a worker knows no secret')),
  )
}
