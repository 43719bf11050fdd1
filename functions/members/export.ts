/** Everything that this capability keeps about one member, for the member's own export. */
import type { Context } from '../platform/context.ts'
import { isoTime } from '../shared/dates.ts'
import { shownConsent } from './consents.ts'
import { consentEvents } from './own-store.ts'
import type { Claim, Profile } from './row-schema.ts'
import { readEmailClaim, readProfile } from './store.ts'

const CONSENTS_PAGE = 100
/** Nobody changes their mind this often; if somebody did, the rest is at `/v1/me/consents`. */
const CONSENTS_MAX = 1_000

/** @returns undefined where there is no such profile. Two units and one per 4 KB of consents. */
export async function exportedProfile(ctx: Context, memberId: string) {
  const profile = await readProfile(ctx, memberId)
  if (profile === undefined) return undefined
  const claim = profile.email === undefined ? undefined : await readEmailClaim(ctx, profile.email)
  return {
    profile: shownProfile(profile),
    contacts: shownContacts(profile, claim),
    /** Sign-ins that have proven something of the member. */
    signInsLinked: claim?.provenBy === undefined ? 0 : 1,
    consentHistory: await allConsents(ctx, memberId),
  }
}

/** Whatever is stored under other names is shown under those of the API; the rest as it is, also what is stored one day. */
function shownProfile(profile: Profile) {
  const { rv: _rv, v: _v, memberId, ownerId, enrolledBy, enrolment, ...rest } = profile
  const {
    phone: _phone,
    email: _email,
    emailVerifiedAt: _at,
    joinedAt,
    birthdayChangedAt,
    closeRequestedAt,
    ...as
  } = rest
  return {
    id: memberId,
    ...as,
    joinedAt: isoTime(joinedAt),
    birthdayChangedAt: timeOf(birthdayChangedAt),
    closeRequestedAt: timeOf(closeRequestedAt),
    accountManager: ownerId ?? null,
    enrolledBy: { source: enrolledBy.source, consentText: enrolledBy.text ?? null },
    enrolledAs: enrolment,
  }
}

function shownContacts({ phone, email }: Profile, claim: Claim | undefined) {
  return [
    ...(phone === undefined ? [] : [{ kind: 'phone', value: phone, verifiedAt: null }]),
    ...(email === undefined ? [] : [{ kind: 'email', value: email, verifiedAt: timeOf(claim?.provenAt) }]),
  ]
}

function timeOf(at: number | undefined): string | null {
  return at === undefined ? null : isoTime(at)
}

async function allConsents(ctx: Context, memberId: string) {
  const all: ReturnType<typeof shownConsent>[] = []
  let before: string | undefined
  do {
    const page = await consentEvents(ctx, memberId, { limit: CONSENTS_PAGE, ...(before !== undefined && { before }) })
    all.push(...page.events.map(shownConsent))
    before = page.next
  } while (before !== undefined && all.length < CONSENTS_MAX)
  return all
}
