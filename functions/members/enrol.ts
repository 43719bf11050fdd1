/**
 * A person becomes a member: profile, empty account, card, referral code and the claims of the contacts appear together
 * or not at all, once per Idempotency-Key.
 */

import { Answer, REPLAYED } from '../platform/answer.ts'
import { requireStore } from '../platform/auth.ts'
import { command } from '../platform/command.ts'
import type { Context } from '../platform/context.ts'
import { fingerprintOf, givenAgain, operationId, storedRefusal } from '../platform/once.ts'
import { Refusal } from '../platform/problem.ts'
import { type Failed, InvariantBroken, LostRace } from '../platform/transact.ts'
import { versionAt } from '../program/book.ts'
import { findBook, storeOf } from '../program/current.ts'
import { requireActiveStaff } from '../program/staff-current.ts'
import { keyedHash } from '../shared/canonical.ts'
import { CARD_SERIALS, cardNumber } from './card-number.ts'
import { sourceOf } from './get.ts'
import { survivorOf } from './present.ts'
import { REFERRAL_SERIALS, referralCode } from './referral-code.ts'
import { ClaimRow, type Consents, type Profile } from './row-schema.ts'
import { EnrolInput } from './schema.ts'
import {
  type ContactField,
  type EnrolLabel,
  type EnrolOperation,
  enrolOperation,
  insertMember,
  readProfile,
  recordRefusal,
} from './store.ts'
import { enrolmentAnswer, linksOf } from './views.ts'

const NAME = 'members.enrol'

/**
 * Enrols one member. The same key with the same content gives the first answer again, for ever.
 * @returns the new member with masked contacts, status 201.
 * Refuses: `idempotency_key_required`, `idempotency_key_invalid`, `idempotency_key_reused`, `store_out_of_scope`,
 * `store_not_found`, and `contact_in_use`, which is recorded under the key.
 */
export const enrol = command({
  name: NAME,
  input: EnrolInput,
  allow: ['cashier', 'pos', 'manager', 'admin'],
  async run(ctx, input) {
    await requireActiveStaff(ctx)
    const id = operationId(ctx, NAME)
    if (input.storeId !== undefined) {
      requireStore(ctx.actor, input.storeId)
      await storeOf(ctx, input.storeId)
    }
    // Keyed, because what is fingerprinted could be guessed: a name and a phone number.
    const operation = { id, fp: keyedHash(await ctx.secret(), fingerprintOf(input)) }
    const profile = await newProfile(ctx, input)
    const outcome = await insertMember(ctx, operation, { profile })
    if (outcome.kind === 'committed') return new Answer(201, bodyOf(profile))
    const before = outcome.failed.find(({ failsAs }) => failsAs === 'guard')
    if (before) return again(ctx, enrolOperation(before.row), operation.fp)
    return refused(ctx, operation, outcome.failed)
  },
})

async function newProfile(ctx: Context, input: EnrolInput): Promise<Profile> {
  const { referralCode: _given, consents = {}, ...fields } = input
  const given = {
    cardNumber: cardNumber(ctx.random(CARD_SERIALS)),
    referralCode: referralCode(ctx.random(REFERRAL_SERIALS)),
    joinedAt: ctx.now,
  }
  return {
    rv: 1,
    v: 1,
    memberId: ctx.newId('mem'),
    ...given,
    ...fields,
    consents,
    enrolledBy: { actor: ctx.actor.id, source: sourceOf(ctx.actor), text: await consentText(ctx, consents) },
    enrolment: enrolmentAnswer(input, given),
  }
}

/** The version of the consent text now shown, where anything was asked. */
export async function consentText(ctx: Context, asked: Consents): Promise<string | undefined> {
  if (Object.keys(asked).length === 0) return undefined
  const book = await findBook(ctx)
  return book && versionAt(book, ctx.now).document.privacy?.consentText
}

function bodyOf({ memberId, enrolment }: Profile) {
  return { id: memberId, ...enrolment, links: linksOf(memberId) }
}

/** @throws Refusal `idempotency_key_reused`, `account_closed` once the member is gone, or the one recorded. */
async function again(ctx: Context, stored: EnrolOperation, fp: string) {
  if (stored.fp !== fp) throw new Refusal('idempotency_key_reused')
  if (stored.refusal) throw givenAgain(stored.refusal)
  const profile = stored.memberId === undefined ? undefined : await readProfile(ctx, stored.memberId)
  if (profile === undefined) throw new Refusal('account_closed')
  return new Answer(201, bodyOf(profile), REPLAYED)
}

/** A contact in use is the answer for ever; a number drawn twice is drawn again. */
async function refused(ctx: Context, operation: { id: string; fp: string }, failed: readonly Failed<EnrolLabel>[]) {
  const refusal = await contactInUse(ctx, failed)
  if (refusal === undefined) {
    if (failed.every(({ failsAs }) => failsAs === 'number')) throw new LostRace('a number is taken')
    throw new InvariantBroken('a new member exists already')
  }
  const before = await recordRefusal(ctx, { ...operation, refusal: storedRefusal(ctx, refusal) })
  if (before) return again(ctx, before, operation.fp)
  throw refusal
}

const CONTACT_FIELDS: readonly string[] = ['phone', 'email', 'externalId'] satisfies ContactField[]

/** Names the fields in use and whose they are now, the survivor's after a merger; only staff and their machines get here. */
export async function contactInUse(ctx: Context, failed: readonly Failed<string>[]): Promise<Refusal | undefined> {
  const taken = failed.filter(({ failsAs }) => CONTACT_FIELDS.includes(failsAs))
  const [first] = taken
  if (first === undefined) return undefined
  return new Refusal('contact_in_use', {
    errors: taken.map(({ failsAs }) => ({ pointer: `/${failsAs}`, code: 'contact_in_use' })),
    more: { memberId: await survivorOf(ctx, ClaimRow.parse(first.row).memberId) },
  })
}
