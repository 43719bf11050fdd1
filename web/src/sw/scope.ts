/** Addresses that the member page's worker covers by its scope and must not answer. */
export const FOREIGN_TO_MEMBER: readonly RegExp[] = [/^\/(v1|oidc|docs|local|staff|marketer)(\/|$)/, /^\/config\.json$/]
