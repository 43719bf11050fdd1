/** The code of a friend's link, kept until the person joins. */
export const INVITED_BY = 'invitedBy'

/** Eight characters without I, L, O and U. */
export function asInvitation(value: unknown): string | undefined {
  return typeof value === 'string' && /^[0-9A-HJKMNP-TV-Z]{8}$/i.test(value) ? value.toUpperCase() : undefined
}
