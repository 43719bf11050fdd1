/**
 * What a wish to change makes of a profile. A consent is only ever overwritten together with the list of what was
 * granted or withdrawn, which is kept for ever.
 */
import { canonicalJson } from '../shared/canonical.ts'
import { addToInstant } from '../shared/dates.ts'
import { type Birthday, CHANNELS, type Consents, type Profile, PURPOSES } from './row-schema.ts'
import type { ProfileChanges } from './schema.ts'

export type ConsentChange = {
  readonly purpose: (typeof PURPOSES)[number]
  readonly channel: (typeof CHANNELS)[number]
  readonly granted: boolean
}

/** @returns the profile after the change under its next version, or the very same one where nothing changes. */
export function changedProfile(profile: Profile, wanted: ProfileChanges, at: number): Profile {
  const after: Profile = {
    ...profile,
    name: wanted.name ?? profile.name,
    phone: kept(profile.phone, wanted.phone),
    ...addressAfter(profile, wanted.email),
    birthday: kept(profile.birthday, wanted.birthday),
    locale: wanted.locale ?? profile.locale,
    consents: mergedConsents(profile.consents, wanted.consents ?? {}),
  }
  if (canonicalJson(after) === canonicalJson(profile)) return profile
  const isBirthdayChange = profile.birthday !== undefined || profile.birthdayChangedAt !== undefined
  return {
    ...after,
    v: profile.v + 1,
    ...(isBirthdayChange && !isSameDay(profile.birthday, after.birthday) && { birthdayChangedAt: at }),
  }
}

/** What was proven was one address; it is not passed on to another. */
function addressAfter(
  { email, emailVerifiedAt }: Profile,
  wanted: string | null | undefined,
): Pick<Profile, 'email' | 'emailVerifiedAt'> {
  const after = kept(email, wanted)
  return after === email ? { email, emailVerifiedAt } : { email: after, emailVerifiedAt: undefined }
}

/** Absent keeps what is there, `null` removes it. */
function kept<T>(present: T | undefined, wanted: T | null | undefined): T | undefined {
  return wanted === undefined ? present : (wanted ?? undefined)
}

function isSameDay(a: Birthday | undefined, b: Birthday | undefined): boolean {
  return a?.month === b?.month && a?.day === b?.day
}

/** A first birthday is not yet a change; after that, `period` must pass between two changes, removals among them. */
export function isBirthdayLocked(
  profile: Profile,
  after: Profile,
  rule: { readonly period: string; readonly zone: string; readonly at: number },
): boolean {
  if (profile.birthdayChangedAt === undefined || isSameDay(profile.birthday, after.birthday)) return false
  return rule.at < addToInstant(profile.birthdayChangedAt, rule.period, rule.zone)
}

/** A member must stay findable by something. */
export function isReachable(profile: Pick<Profile, 'phone' | 'email' | 'externalId'>): boolean {
  return profile.phone !== undefined || profile.email !== undefined || profile.externalId !== undefined
}

function mergedConsents(present: Consents, wanted: Consents): Consents {
  const merged: Consents = { ...present }
  for (const purpose of PURPOSES) {
    if (wanted[purpose] !== undefined) merged[purpose] = { ...present[purpose], ...wanted[purpose] }
  }
  return merged
}

/** In the order of purposes and channels. A no where there was no answer yet counts: somebody said it. */
export function consentChanges(before: Consents, after: Consents): ConsentChange[] {
  return PURPOSES.flatMap((purpose) =>
    CHANNELS.flatMap((channel) => {
      const granted = after[purpose]?.[channel]
      return granted === undefined || granted === before[purpose]?.[channel] ? [] : [{ purpose, channel, granted }]
    }),
  )
}

export function grantsAny(consents: Consents | undefined): boolean {
  return PURPOSES.some((purpose) => CHANNELS.some((channel) => consents?.[purpose]?.[channel] === true))
}
