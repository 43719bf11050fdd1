/** What a fresh local run begins with, put there through the public API. */
import type * as z from 'zod'
import type { ProgramDocument } from '../functions/program/schema.ts'

export type GivenProgram = z.input<typeof ProgramDocument>

/** The program of a fresh run: one point per pound, at once, for ever. Plain on purpose, so that every sum is obvious. */
export const STARTER_PROGRAM: GivenProgram = {
  schema: 'revisit.program/1',
  defaultLocale: 'en',
  name: { en: 'Revisit' },
  currency: 'GBP',
  zone: 'Europe/London',
  points: { name: { en: 'points' }, costMinor: { num: 1, den: 1 } },
  earning: {
    base: { tax: true, shipping: false, tips: false, excludeCategories: [], excludeSkus: [], excludeTenders: [] },
    rules: [{ id: 'spend', kind: 'spend', points: 1, perMinor: 100, wholeSteps: false }],
    stacking: 'best',
    multipliers: 'max',
    rounding: 'floor',
    caps: [],
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

export const STARTER_STORES = { central: { name: 'Central' }, north: { name: 'North' } } as const
