/**
 * The terms of the program in force, for everybody who wants to know before joining. Made from the document itself, so that
 * what is promised is what is calculated; what points cost the business and where staff are limited stays inside.
 */
import * as z from 'zod'
import { command } from '../platform/command.ts'
import { Refusal } from '../platform/problem.ts'
import { versionAt } from './book.ts'
import { findBook, storeNames } from './current.ts'
import type { ProgramDocument } from './schema.ts'

/** @returns the terms of today and where they hold. Refuses: `not_found` before the first publication. */
export const getTerms = command({
  name: 'program.terms',
  input: z.strictObject({}),
  allow: 'anyone',
  async run(ctx) {
    const book = await findBook(ctx)
    if (book === undefined) throw new Refusal('not_found')
    const { version, effectiveFrom, document } = versionAt(book, ctx.now)
    return { version, effectiveFrom, ...termsOf(document), stores: await storeNames(ctx) }
  },
})

/**
 * Named one by one, so that a new part of the document is private until somebody decides otherwise. What a friend would
 * bring is not among them: nobody is given it yet, and terms promise nothing else.
 */
function termsOf(document: ProgramDocument) {
  const { name, points, currency, zone, defaultLocale, earning, expiry, refund, transfer } = document
  const { enrolment, privacy } = document
  return {
    name,
    points: { name: points.name },
    currency,
    zone,
    defaultLocale,
    locales: localesOf(document),
    ...(enrolment && { enrolment: { bonus: enrolment.bonus, minAge: enrolment.minAge } }),
    earning,
    expiry,
    refund,
    redemption: redemptionTerms(document),
    ...(transfer?.enabled === true && { transfer }),
    ...(document.tiers && { tiers: tierTerms(document.tiers) }),
    ...(privacy && { consentText: privacy.consentText }),
  }
}

/** Languages that the program speaks: those in which it has a name, its own first. */
function localesOf({ name, defaultLocale }: ProgramDocument): string[] {
  return [defaultLocale, ...Object.keys(name).filter((locale) => locale !== defaultLocale)]
}

function redemptionTerms({ redemption }: ProgramDocument) {
  const { payWithPoints, reservationTtl, newMemberHold, requireVerifiedContact = true, cardOnlyMaxPoints } = redemption
  return {
    ...(payWithPoints?.enabled === true && { payWithPoints }),
    reservationTtl,
    requireVerifiedContact,
    ...(newMemberHold !== undefined && { newMemberHold }),
    ...(cardOnlyMaxPoints !== undefined && { cardOnlyMaxPoints }),
  }
}

function tierTerms({ measure, period, downgrade, grace, levels }: NonNullable<ProgramDocument['tiers']>) {
  const shown = levels.map(({ id, name, threshold, multiplier, perks }) => ({ id, name, threshold, multiplier, perks }))
  return { measure, period, downgrade, grace, levels: shown }
}
