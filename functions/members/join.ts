/**
 * A person who has signed in becomes a member. The contact is the one that the issuer has proven and never one that was
 * typed, so nobody joins with somebody else's address and nobody learns here whose an address is.
 */

import { Answer, REPLAYED } from '../platform/answer.ts'
import { command } from '../platform/command.ts'
import type { Context } from '../platform/context.ts'
import { etagOf } from '../platform/etag.ts'
import { fingerprintOf, operationId } from '../platform/once.ts'
import { Refusal, refuseFields } from '../platform/problem.ts'
import { takeTry } from '../platform/rate.ts'
import { InvariantBroken, LostRace } from '../platform/transact.ts'
import { versionAt } from '../program/book.ts'
import { findBook } from '../program/current.ts'
import { keyedHash } from '../shared/canonical.ts'
import { CARD_SERIALS, cardNumber } from './card-number.ts'
import { normalEmail } from './email.ts'
import { consentText } from './enrol.ts'
import { presentMember } from './present.ts'
import { prove } from './recognise.ts'
import { REFERRAL_SERIALS, referralCode } from './referral-code.ts'
import type { Present, Profile } from './row-schema.ts'
import { JoinInput } from './schema.ts'
import { type EnrolLabel, insertMember, readEmailClaim, readOperation } from './store.ts'
import type { TellLedger } from './tell-ledger.ts'
import { enrolmentAnswer, ownView } from './views.ts'

const NAME = 'members.join'
/** Of one address, in an hour: enough for slips, too little to try anything. */
const TRIES = { policy: 'join', most: 5, seconds: 3_600 }

/**
 * @param verified tells the ledger of the proven contact, which opens spending and brings the welcome bonus
 * @returns the verb that makes a member: 201, the caller's own profile with its ETag. Whose address is a member's already
 * is that member: 200. A repeat answers 201 with the profile as it is now.
 * Refuses: `idempotency_key_required`, `idempotency_key_invalid`, `idempotency_key_reused`, `unverified_contact` without a
 * proven address, `required_field` for an age that was not confirmed, `contact_in_use` for that of a closed account,
 * `too_many_attempts`.
 */
export function joinWith({ verified }: Pick<TellLedger, 'verified'>) {
  return command({
    name: NAME,
    input: JoinInput,
    allow: ['member'],
    async run(ctx, input) {
      const own = ctx.actor.memberId === undefined ? undefined : await presentMember(ctx, ctx.actor.memberId)
      if (own && own.standing !== 'closed') return shown(own, 200)
      const id = operationId(ctx, NAME)
      const email = normalEmail(ctx.actor.contact ?? '')
      if (email === undefined) throw new Refusal('unverified_contact')
      const fp = keyedHash(await ctx.secret(), fingerprintOf({ ...input, email }))
      const before = await existing(ctx, email, { id, fp })
      if (before) {
        await verified(ctx, before.member.profile.memberId)
        return before.isOwnDeed ? shown(before.member, 201, REPLAYED) : shown(before.member, 200)
      }
      await takeTry(ctx, { ...TRIES, subject: email })
      await requireAge(ctx, input)
      const profile = await newProfile(ctx, input, email)
      const outcome = await insertMember(ctx, { id, fp }, { profile, provenBy: ctx.actor.id })
      if (outcome.kind === 'refused') throw lostTo(outcome.failed.map(({ failsAs }) => failsAs))
      await verified(ctx, profile.memberId)
      return shown({ profile, standing: 'active' }, 201)
    },
  })
}

/** Whoever is enrolled under the address, at the counter or by this very command. */
async function existing(
  ctx: Context,
  email: string,
  { id, fp }: { readonly id: string; readonly fp: string },
): Promise<{ readonly member: Present; readonly isOwnDeed: boolean } | undefined> {
  const claim = await readEmailClaim(ctx, email)
  const done = await readOperation(ctx, id)
  if (done && done.fp !== fp) throw new Refusal('idempotency_key_reused')
  if (claim === undefined) return undefined
  const member = await presentMember(ctx, claim.memberId)
  if (member === undefined || member.standing === 'closed') throw new Refusal('contact_in_use')
  if (claim.provenAt !== undefined) return { member, isOwnDeed: done !== undefined }
  await prove(ctx, claim.memberId, ctx.actor.id)
  return existing(ctx, email, { id, fp })
}

/** A contact or a number that somebody took meanwhile: look again. */
function lostTo(labels: readonly EnrolLabel[]): Error {
  return labels.includes('invariant')
    ? new InvariantBroken('a new member exists already')
    : new LostRace('somebody was faster')
}

async function requireAge(ctx: Context, { minAgeConfirmed }: JoinInput): Promise<void> {
  if (minAgeConfirmed === true) return
  const book = await findBook(ctx)
  const { minAge = 0 } = (book && versionAt(book, ctx.now).document.enrolment) ?? {}
  if (minAge > 0) throw refuseFields([{ pointer: '/minAgeConfirmed', code: 'required_field' }])
}

async function newProfile(ctx: Context, input: JoinInput, email: string): Promise<Profile> {
  const { referralCode: _given, minAgeConfirmed: _confirmed, consents = {}, ...fields } = input
  const memberId = ctx.newId('mem')
  const given = {
    cardNumber: cardNumber(ctx.random(CARD_SERIALS)),
    referralCode: referralCode(ctx.random(REFERRAL_SERIALS)),
    joinedAt: ctx.now,
  }
  const text = await consentText(ctx, consents)
  return {
    ...{ rv: 1, v: 1, memberId, ...given, ...fields, email, emailVerifiedAt: ctx.now, consents },
    enrolledBy: { actor: memberId, source: 'member', ...(text !== undefined && { text }) },
    enrolment: enrolmentAnswer({ ...fields, email }, given),
  }
}

function shown(member: Present, status: 200 | 201, headers: Readonly<Record<string, string>> = {}) {
  return new Answer(status, ownView(member), { ETag: etagOf(member.profile.v), ...headers })
}
