/** Programs and stores for tests that need them in force. */
import type * as z from 'zod'
import type { ProgramDocument, StoreInput } from '../../functions/program/schema.ts'
import type { Reply, TestApi } from './api.ts'

export type GivenProgram = z.input<typeof ProgramDocument>

/** The plainest program: 1 point per £1.00, at once, for ever, no holds. Only what matters to the test is given. */
export function aProgram(sections: Partial<GivenProgram> = {}): GivenProgram {
  return { ...structuredClone(PLAIN), ...sections }
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

const PLAIN: GivenProgram = {
  schema: 'revisit.program/1',
  defaultLocale: 'en',
  name: { en: 'Revisit' },
  currency: 'GBP',
  zone: 'Europe/London',
  points: { name: { en: 'points' }, costMinor: { num: 1, den: 1 } },
  earning: {
    base: { tax: true, shipping: false, tips: false },
    rules: [{ id: 'spend', kind: 'spend', points: 1, perMinor: 100, wholeSteps: false }],
    stacking: 'best',
    multipliers: 'max',
    rounding: 'floor',
    returnWindow: 'P0D',
    pending: 'none',
  },
  expiry: { mode: 'none' },
  redemption: {
    payWithPoints: {
      enabled: true,
      ratio: { points: 1, minor: 1 },
      minPoints: 1,
      stepPoints: 1,
      maxShare: { num: 1, den: 1 },
    },
    reservationTtl: 'PT15M',
    newMemberHold: 'PT0S',
    requireVerifiedContact: false,
  },
  refund: { policy: 'debt' },
}
