/**
 * Which member a person is who has just signed in. The issuer proved a mail address, so whoever is enrolled under it is
 * this person, also where it was only said at the counter until now.
 */
import * as z from 'zod'
import { command } from '../platform/command.ts'
import type { Context } from '../platform/context.ts'
import { LostRace } from '../platform/transact.ts'
import { normalEmail } from './email.ts'
import { survivingStanding } from './present.ts'
import { readEmailClaim, readProfile, updateProfile } from './store.ts'

export const RecogniseInput = z.strictObject({
  /** The issuer's own name for the person, kept as a keyed hash with what they proved. */
  subject: z.string().min(1).max(256),
  /** Only where the issuer has proven it. */
  email: z.string().max(254).optional(),
})

/** `verified`: the ledger does not know of the proof yet and must be told. */
export type Recognised = { readonly memberId?: string; readonly verified: boolean }

const NOBODY: Recognised = { verified: false }

/**
 * The first sign-in marks the address as proven, once. Two units when nothing is new, and one for each merger: of a merged
 * member the survivor is recognised. A closed account is nobody's.
 */
export const recognise = command({
  name: 'members.recognise',
  input: RecogniseInput,
  allow: ['system'],
  async run(ctx, { subject, email: given }): Promise<Recognised> {
    const email = given === undefined ? undefined : normalEmail(given)
    const claim = email === undefined ? undefined : await readEmailClaim(ctx, email)
    if (claim === undefined) return NOBODY
    const surviving = await survivingStanding(ctx, claim.memberId)
    if (surviving === undefined || surviving.standing === 'closed') return NOBODY
    if (claim.provenAt === undefined) await prove(ctx, claim.memberId, subject)
    return { memberId: surviving.memberId, verified: !surviving.isVerified }
  },
})

/** @throws LostRace where another sign-in or a change of the profile was faster */
export async function prove(ctx: Context, memberId: string, subject: string): Promise<void> {
  const before = await readProfile(ctx, memberId)
  if (before === undefined) return
  const after = { ...before, v: before.v + 1, emailVerifiedAt: ctx.now }
  const outcome = await updateProfile(ctx, { before, after, provenBy: subject })
  if (outcome.kind !== 'committed') throw new LostRace()
}
