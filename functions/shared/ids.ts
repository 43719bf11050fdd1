/** Prefixed ULIDs: sortable by time, 26 Crockford characters in upper case after a prefix that names the kind. */

export const ID_PREFIXES = ['mem', 'ent', 'rsv', 'rwd', 'vch', 'cmp', 'apr', 'evt'] as const
export type IdPrefix = (typeof ID_PREFIXES)[number]

/** 26 characters; the first is at most 7, because a ULID has 128 bits. */
const ULID = '[0-7][0-9A-HJKMNP-TV-Z]{25}'

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const TIME_DIGITS = 10

/** The first ten characters of every id made in a millisecond: what was made before it sorts before them. */
export function ulidTime(instant: number): string {
  let rest = instant
  let text = ''
  for (let digit = 0; digit < TIME_DIGITS; digit += 1) {
    text = `${ALPHABET.charAt(rest % ALPHABET.length)}${text}`
    rest = Math.floor(rest / ALPHABET.length)
  }
  return text
}

export function idPattern(prefix: IdPrefix): RegExp {
  return new RegExp(`^${prefix}_${ULID}$`)
}
