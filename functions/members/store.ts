/**
 * Every key, condition and query of members. A contact is claimed by one row whose key is a keyed hash of it; a profile
 * and its claims change in one transaction, so that a contact never belongs to two members and never to none by mistake.
 */
import * as z from 'zod'
import type { Context } from '../platform/context.ts'
import { StoredRefusal } from '../platform/once.ts'
import { getItem, getItemEventually, putIfAbsent, type Row } from '../platform/table.ts'
import { emptyAccountRow, keys } from '../platform/table-design.ts'
import { type Outcome, transact, type Write } from '../platform/transact.ts'
import { canonicalJson, type Json, keyedHash } from '../shared/canonical.ts'
import { type ConsentChange, consentChanges } from './changes.ts'
import { type Claim, type ClaimKind, ClaimRow, type Profile, ProfileRow, StandingRow } from './row-schema.ts'

/** A contact in its normal form, and the field of the request that named it. */
type Contact = { readonly kind: ClaimKind; readonly value: string; readonly field: ContactField }
export type ContactField = 'phone' | 'email' | 'externalId'

const ABSENT = { ConditionExpression: 'attribute_not_exists(pk)' } as const

/** @throws ZodError for a row that this version cannot read. */
export async function readProfile(ctx: Context, memberId: string, consistent = true): Promise<Profile | undefined> {
  const get = consistent ? getItem : getItemEventually
  const row = await get(ctx.table, 'Members', keys.profile(memberId))
  return row && ProfileRow.parse(row)
}

/** How the account of this very member stands, and into whom it was merged. */
export async function readStanding(ctx: Context, memberId: string, consistent = true) {
  const get = consistent ? getItem : getItemEventually
  const row = await get(ctx.table, 'Ledger', keys.account(memberId))
  return row && StandingRow.parse(row)
}

export async function readClaim(
  ctx: Context,
  claim: { readonly kind: ClaimKind; readonly value: string },
  consistent = true,
): Promise<string | undefined> {
  const get = consistent ? getItem : getItemEventually
  const row = await get(ctx.table, 'Members', await claimKey(ctx, claim.kind, claim.value))
  return row && ClaimRow.parse(row).memberId
}

/** Whose a mail address is and since when that is proven. One unit. */
export async function readEmailClaim(ctx: Context, email: string): Promise<Claim | undefined> {
  const row = await getItem(ctx.table, 'Members', await claimKey(ctx, 'email', email))
  return row && ClaimRow.parse(row)
}

/** What an enrolment left behind under its Idempotency-Key. Rows of the ledger hold no personal data. */
const EnrolOperation = z.object({
  rv: z.literal(1),
  kind: z.literal('enrol'),
  fp: z.string(),
  memberId: z.string().optional(),
  refusal: StoredRefusal.optional(),
})
export type EnrolOperation = z.infer<typeof EnrolOperation>

export function enrolOperation(row: Row): EnrolOperation {
  return EnrolOperation.parse(row)
}

export async function readOperation(ctx: Context, id: string): Promise<EnrolOperation | undefined> {
  const row = await getItem(ctx.table, 'Ledger', keys.operation(id))
  return row && enrolOperation(row)
}

/** @returns what is stored already under this operation, or undefined when the refusal was written. */
export async function recordRefusal(
  ctx: Context,
  operation: { readonly id: string; readonly fp: string; readonly refusal: StoredRefusal },
): Promise<EnrolOperation | undefined> {
  const { id, fp, refusal } = operation
  const row = await putIfAbsent(ctx.table, 'Ledger', { ...keys.operation(id), rv: 1, kind: 'enrol', fp, refusal })
  return row && enrolOperation(row)
}

/**
 * Why an enrolment is refused: `guard` it was decided before, a contact's field belongs to somebody, `number` a random
 * number is taken, `invariant` a new id exists already.
 */
export type EnrolLabel = 'guard' | 'number' | 'invariant' | ContactField

/**
 * Two write units for each row of up to 1 KB: 10, 2 more per contact or external id, and 2 where consents were asked.
 * Reads nothing.
 * @param provenBy the sign-in that proved the mail address
 */
export async function insertMember(
  ctx: Context,
  operation: { readonly id: string; readonly fp: string },
  { profile, provenBy }: { readonly profile: Profile; readonly provenBy?: string },
): Promise<Outcome<EnrolLabel>> {
  const { memberId, enrolledBy } = profile
  const proof = provenBy === undefined ? undefined : await proofOf(ctx, profile, provenBy)
  const claims = await Promise.all(
    contactsOf(profile).map((contact) => claimWrite(ctx, { ...contact, memberId, failsAs: contact.field, proof })),
  )
  const { source, text } = enrolledBy
  const asked = { changes: consentChanges({}, profile.consents), source, text }
  const card = { kind: 'card', value: profile.cardNumber, memberId, failsAs: 'number' } as const
  return transact<EnrolLabel>(ctx, [
    absentPut('Ledger', 'guard', { ...keys.operation(operation.id), rv: 1, kind: 'enrol', fp: operation.fp, memberId }),
    absentPut('Members', 'invariant', { ...keys.profile(memberId), ...profile }),
    absentPut('Ledger', 'invariant', emptyAccountRow(memberId, profile.joinedAt)),
    absentPut('Ledger', 'number', { ...keys.referralCode(profile.referralCode), rv: 1, memberId }),
    await claimWrite<EnrolLabel>(ctx, card),
    ...claims,
    ...(asked.changes.length > 0 ? [consentPut(ctx, memberId, asked)] : []),
  ])
}

export type ConsentRecord = {
  readonly changes: readonly ConsentChange[]
  readonly text?: string | undefined
  readonly source: string
}

const NO_CONSENT: ConsentRecord = { changes: [], source: '' }

/** `version`: the profile is not the one that was read. */
export type ChangeLabel = 'version' | 'invariant' | ContactField

/** Writes the fields that differ, moves the claims of contacts that changed, and appends what happened to consents. */
export async function updateProfile(
  ctx: Context,
  { before, after, provenBy }: { readonly before: Profile; readonly after: Profile; readonly provenBy?: string },
  consent: ConsentRecord = NO_CONSENT,
): Promise<Outcome<ChangeLabel>> {
  const { memberId } = after
  const proof = provenBy === undefined ? undefined : await proofOf(ctx, after, provenBy)
  const had = contactsOf(before)
  const has = contactsOf(after)
  const gained = await Promise.all(
    has
      .filter((contact) => !includes(had, contact))
      .map((contact) => claimWrite<ChangeLabel>(ctx, { ...contact, memberId, failsAs: contact.field, proof })),
  )
  const proven = after.email === before.email && proof ? [await claimProof(ctx, after, proof)] : []
  const given = await Promise.all(
    had.filter((contact) => !includes(has, contact)).map((contact) => claimRemoval(ctx, contact, memberId)),
  )
  return transact<ChangeLabel>(ctx, [
    profileUpdate(before, after),
    ...gained,
    ...given,
    ...proven,
    ...(consent.changes.length > 0 ? [consentPut(ctx, memberId, consent)] : []),
  ])
}

export function profileUpdate(before: Profile, after: Profile): Write<ChangeLabel> {
  const names = (Object.keys({ ...before, ...after }) as (keyof Profile)[]).filter(
    (name) => !isSame(before, after, name),
  )
  const set = names.filter((name) => after[name] !== undefined)
  const removed = names.filter((name) => after[name] === undefined)
  const setting = `SET ${set.map((name) => `#${name} = :${name}`).join(', ')}`
  const removing = removed.length > 0 ? ` REMOVE ${removed.map((name) => `#${name}`).join(', ')}` : ''
  return {
    table: 'Members',
    failsAs: 'version',
    update: {
      Key: keys.profile(before.memberId),
      UpdateExpression: setting + removing,
      ConditionExpression: '#v = :seen',
      ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
      ExpressionAttributeValues: {
        ':seen': before.v,
        ...Object.fromEntries(set.map((name) => [`:${name}`, after[name]])),
      },
    },
  }
}

function isSame(before: Profile, after: Profile, name: keyof Profile): boolean {
  return canonicalJson([(before[name] ?? null) as Json]) === canonicalJson([(after[name] ?? null) as Json])
}

function consentPut(ctx: Context, memberId: string, consent: ConsentRecord): Write<'invariant'> {
  return absentPut('Members', 'invariant', {
    ...keys.consent(memberId, ctx.newId('evt')),
    rv: 1,
    ...consent,
    actor: ctx.actor.id,
    at: ctx.now,
  })
}

function contactsOf(profile: Profile): Contact[] {
  const { phone, email, externalId } = profile
  return [
    ...(phone === undefined ? [] : [{ kind: 'phone', value: phone, field: 'phone' } as const]),
    ...(email === undefined ? [] : [{ kind: 'email', value: email, field: 'email' } as const]),
    ...(externalId === undefined ? [] : [{ kind: 'external', value: externalId, field: 'externalId' } as const]),
  ]
}

function includes(contacts: readonly Contact[], { kind, value }: Contact): boolean {
  return contacts.some((contact) => contact.kind === kind && contact.value === value)
}

/** Who proved the mail address of a profile, and when. */
type Proof = { readonly provenAt: number; readonly provenBy: string }

async function proofOf(ctx: Context, profile: Profile, subject: string): Promise<Proof> {
  return {
    provenAt: profile.emailVerifiedAt ?? ctx.now,
    provenBy: keyedHash(await ctx.secret(), `subject:${subject}`),
  }
}

async function claimWrite<Label extends string>(
  ctx: Context,
  claim: { kind: ClaimKind; value: string; memberId: string; failsAs: Label; proof?: Proof | undefined },
): Promise<Write<Label>> {
  const { kind, value, memberId, failsAs, proof } = claim
  const proven = kind === 'email' ? proof : undefined
  return absentPut('Members', failsAs, { ...(await claimKey(ctx, kind, value)), rv: 1, memberId, kind, ...proven })
}

/** For an address that was claimed before anybody had proven it. */
async function claimProof(ctx: Context, { memberId, email = '' }: Profile, proof: Proof): Promise<Write<ChangeLabel>> {
  return {
    table: 'Members',
    failsAs: 'version',
    update: {
      Key: await claimKey(ctx, 'email', email),
      UpdateExpression: 'SET provenAt = :at, provenBy = :by',
      ConditionExpression: 'memberId = :owner AND attribute_not_exists(provenAt)',
      ExpressionAttributeValues: { ':at': proof.provenAt, ':by': proof.provenBy, ':owner': memberId },
    },
  }
}

async function claimRemoval(ctx: Context, contact: Contact, memberId: string): Promise<Write<ChangeLabel>> {
  return {
    table: 'Members',
    failsAs: 'invariant',
    remove: {
      Key: await claimKey(ctx, contact.kind, contact.value),
      ConditionExpression: 'memberId = :owner',
      ExpressionAttributeValues: { ':owner': memberId },
    },
  }
}

function absentPut<Label extends string>(table: 'Ledger' | 'Members', failsAs: Label, Item: Row): Write<Label> {
  return { table, failsAs, put: { Item, ...ABSENT } }
}

async function claimKey(ctx: Context, kind: ClaimKind, value: string) {
  return keys.claim(keyedHash(await ctx.secret(), `${kind}:${value}`))
}
