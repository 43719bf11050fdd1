/** Prefixed ULIDs: sortable by time, 26 Crockford characters in upper case after a prefix that names the kind. */

export const ID_PREFIXES = ['mem', 'ent', 'rsv', 'rwd', 'cmp', 'apr', 'evt'] as const
export type IdPrefix = (typeof ID_PREFIXES)[number]

/** 26 characters; the first is at most 7, because a ULID has 128 bits. */
const ULID = '[0-7][0-9A-HJKMNP-TV-Z]{25}'

export function idPattern(prefix: IdPrefix): RegExp {
  return new RegExp(`^${prefix}_${ULID}$`)
}
