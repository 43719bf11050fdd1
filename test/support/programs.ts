/** Programs and stores for tests that need them in force. */
import type * as z from 'zod'
import type { StoreInput } from '../../functions/program/schema.ts'
import { type GivenProgram, STARTER_PROGRAM } from '../../local/starter-program.ts'
import type { Reply, TestApi } from './api.ts'

export type { GivenProgram }

/** The plainest program: 1 point per £1.00, at once, for ever, no holds. Only what matters to the test is given. */
export function aProgram(sections: Partial<GivenProgram> = {}): GivenProgram {
  return { ...structuredClone(STARTER_PROGRAM), ...sections }
}

/** Publishes and opens stores through the API. @throws where the API refuses */
export async function setUpProgram(
  api: TestApi,
  program: GivenProgram = aProgram(),
  stores: Readonly<Record<string, z.input<typeof StoreInput>>> = { central: { name: 'Central' } },
): Promise<void> {
  const admin = api.as('admin')
  accepted(await admin.put('/v1/program', program))
  for (const [id, store] of Object.entries(stores)) accepted(await admin.put(`/v1/program/stores/${id}`, store))
}

function accepted(reply: Reply): void {
  if (reply.status > 299) throw new Error(`set-up was refused: ${JSON.stringify(reply.body)}`)
}
