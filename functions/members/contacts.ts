/**
 * A member's own change of contact: whoever holds the old sign-in begins it, and whoever can sign in with the new address
 * ends it, so that neither a stolen session nor a mistyped address is enough.
 */
import { Answer } from '../platform/answer.ts'
import { command } from '../platform/command.ts'
import type { Context } from '../platform/context.ts'
import { etagOf } from '../platform/etag.ts'
import { Refusal } from '../platform/problem.ts'
import { LostRace } from '../platform/transact.ts'
import { isoTime } from '../shared/dates.ts'
import { readTicket, ticketFor, writeTicket } from './contact-ticket.ts'
import { normalEmail } from './email.ts'
import { requireFreshSignIn } from './fresh-sign-in.ts'
import { ownMember } from './own.ts'
import { presentMember } from './present.ts'
import type { Present } from './row-schema.ts'
import { ChangeContactInput, GetMeInput } from './schema.ts'
import { readEmailClaim, updateProfile } from './store.ts'
import type { TellLedger } from './tell-ledger.ts'
import { ownView } from './views.ts'

/** @returns a ticket for one change of contact. Refuses: `sign_in_again`, `not_found`. */
export const contactTicket = command({
  name: 'members.contactTicket',
  input: GetMeInput,
  allow: ['member'],
  async run(ctx) {
    requireFreshSignIn(ctx)
    const { profile } = await ownMember(ctx)
    const ticket = ticketFor(profile.memberId, profile.v, ctx.now)
    return new Answer(201, {
      ticket: writeTicket(await ctx.secret(), ticket),
      expiresAt: isoTime(ticket.expiresAt),
    })
  },
})

/**
 * @param contactChanging holds the account for a day; before the address changes, so that it is never open in between
 * @returns the verb that gives the ticket's member the proven address of the caller in place of the one before: the
 * member's profile with its ETag. Where the address is the member's already, nothing changes.
 * Refuses: `sign_in_again`, `unverified_contact` without a proven address, `ticket_expired`, `contact_in_use`.
 */
export function changeContactWith({ contactChanging }: Pick<TellLedger, 'contactChanging'>) {
  return command({
    name: 'members.changeContact',
    input: ChangeContactInput,
    allow: ['member'],
    async run(ctx, input) {
      requireFreshSignIn(ctx)
      const email = normalEmail(ctx.actor.contact ?? '')
      if (email === undefined) throw new Refusal('unverified_contact')
      const ticket = readTicket(await ctx.secret(), input.ticket, ctx.now)
      const member = ticket && (await presentMember(ctx, ticket.memberId))
      if (member === undefined || member.standing === 'closed') throw new Refusal('ticket_expired')
      const { profile } = member
      if (profile.email === email) return shown(member)
      if (profile.memberId !== ticket?.memberId || profile.v !== ticket.version) throw new Refusal('ticket_expired')
      if (await readEmailClaim(ctx, email)) throw new Refusal('contact_in_use')
      await contactChanging(ctx, profile.memberId, String(profile.v))
      return shown(await moved(ctx, member, email))
    },
  })
}

async function moved(ctx: Context, member: Present, email: string): Promise<Present> {
  const before = member.profile
  const after = { ...before, v: before.v + 1, email, emailVerifiedAt: ctx.now }
  const outcome = await updateProfile(ctx, { before, after, provenBy: ctx.actor.id })
  if (outcome.kind !== 'committed') throw new LostRace()
  return { ...member, profile: after }
}

function shown(member: Present) {
  return new Answer(200, ownView(member), { ETag: etagOf(member.profile.v) })
}
