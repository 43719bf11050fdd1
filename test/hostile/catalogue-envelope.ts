/** Part B of the catalogue: what surrounds the content. Every row goes to every route that could mistake it. */
import type { Code } from '../../functions/platform/problem.ts'
import { MATRIX, type MatrixRow, type Sent } from '../support/matrix.ts'
import { nested, withHeaders, withQuery, withRaw, withText } from './body.ts'
import type { SpoiledRow } from './catalogue.ts'

const BODIES = MATRIX.filter(({ method }) => ['POST', 'PUT', 'PATCH'].includes(method))
const READS = MATRIX.filter(({ method }) => method === 'GET')
const LISTS = READS.filter(({ path }) => /(versions|stores|entries)$/.test(path))
const CURSORS = READS.filter(({ path }) => /(versions|stores|entries|proof)$/.test(path))
const VERSIONED = MATRIX.filter(({ method }) => method === 'PUT' || method === 'PATCH')
const TO = (path: RegExp) => BODIES.filter((row) => path.test(row.path))

type Spoil = (sent: Sent, row: MatrixRow) => Sent

function rows(
  number: number,
  routes: readonly MatrixRow[],
  expect: SpoiledRow['expect'],
  spoils: Record<string, Spoil>,
) {
  return Object.entries(spoils).map(([what, spoil]): SpoiledRow => ({ number, what, routes, spoil, expect }))
}

const raw =
  (text: string | Uint8Array): Spoil =>
  (sent) =>
    withRaw(sent, text)
const more =
  (text: string): Spoil =>
  (sent) =>
    withText(sent, text)
const header =
  (name: string, value: string): Spoil =>
  (sent) =>
    withHeaders(sent, { [name]: value })
const query =
  (text: string): Spoil =>
  (sent) =>
    withQuery(sent, text)
const ifMatch =
  (value: string): Spoil =>
  ({ path, options }) => ({ path, options: { ...options, ifMatch: value } })
const bytes =
  (...codes: number[]): Spoil =>
  (sent) => {
    const [head, tail] = [Buffer.from('{"x":"'), Buffer.from('"}')]
    return withRaw(sent, Buffer.concat([head, Buffer.from(codes), tail]))
  }

const KIB_64 = 64 * 1024
const padded =
  (length: number): Spoil =>
  (sent) =>
    withRaw(sent, JSON.stringify(sent.options.body).padEnd(length))
const utf16: Spoil = (sent) => withRaw(sent, Buffer.from(JSON.stringify(sent.options.body), 'utf16le'))

const unknown = (key: string): Spoil => more(`${JSON.stringify(key)}:{"isAdmin":true}`)
const UNKNOWN_KEYS = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'x',
  '',
  'a/b~c',
  'memberID',
]

const field = (code: Code): SpoiledRow['expect'] => [422, code]

export const ENVELOPE: readonly SpoiledRow[] = [
  ...rows(20, BODIES, [400, 'malformed_json'], {
    'half a body': raw('{"memberId":'),
    'an empty body': raw(''),
    'white space only': raw(' \n\t '),
    'no JSON at all': raw('hello'),
    'single quotes': raw("{'points': 1}"),
    'a comma too many': raw('{"points": 1,}'),
    'a comment': raw('{"points": 1} // please'),
    'two documents': raw('{} {}'),
    'a byte order mark': raw(Buffer.from([0xef, 0xbb, 0xbf, 0x7b, 0x7d])),
    'a form': raw('points=1&memberId=x'),
    'a raw line end in a text': raw('{"note": "a\nb"}'),
  }),
  ...rows(21, BODIES, [422, 'validation_failed'], {
    'a list': raw('[]'),
    'a list around the body': (sent) => withRaw(sent, `[${JSON.stringify(sent.options.body)}]`),
    'a text': raw('"hello"'),
    'a number': raw('1'),
    null: raw('null'),
    true: raw('true'),
  }),
  ...rows(22, BODIES, [415, 'unsupported_media_type'], {
    'text/plain': header('content-type', 'text/plain'),
    'no content type': header('content-type', ''),
    'a form': header('content-type', 'application/x-www-form-urlencoded'),
    'a type that begins alike': header('content-type', 'application/jsonp'),
    'a merge patch': header('content-type', 'application/merge-patch+json'),
    'two types': header('content-type', 'text/plain, application/json'),
  }),
  ...rows(23, MATRIX, [406, 'not_acceptable'], {
    'text/xml wanted': header('accept', 'text/xml'),
    'text/html wanted': header('accept', 'text/html,application/xhtml+xml;q=0.9'),
  }),
  ...rows(24, BODIES, [413, 'payload_too_large'], {
    'one byte more than 64 KB': padded(KIB_64 + 1),
    '1 MB': padded(1024 * 1024),
    'a text of 70 KB': more(`"x":"${'é'.repeat(35 * 1024)}"`),
  }),
  ...rows(25, BODIES, [400, 'too_deep'], {
    '33 levels': raw(`{"x":${nested(32)}}`),
    '33 levels of objects': raw(`${'{"x":'.repeat(33)}1${'}'.repeat(33)}`),
    '30,000 levels': raw(`{"x":${nested(30_000)}}`),
    'levels that never end': raw('['.repeat(60_000)),
  }),
  ...rows(26, BODIES, [400, 'duplicate_key'], {
    'a key twice': more('"x":1,"x":1'),
    'a key twice, once in escapes': more('"x":1,"\\u0078":2'),
    'a key twice, deep inside': more('"x":[{"y":{"z":1,"z":2}}]'),
    '__proto__ twice': more('"__proto__":1,"__proto__":2'),
    'the first key of the body again': (sent) => withText(sent, firstFieldOf(sent)),
  }),
  ...UNKNOWN_KEYS.flatMap((key) => rows(27, BODIES, field('unknown_field'), { [`the key ${key}`]: unknown(key) })),
  ...rows(28, TO(/^\/points\/(purchases|quotes)$/), field('unknown_field'), {
    'points on a purchase': more('"points":1000000'),
    'a balance on a purchase': more('"balances":{"available":5}'),
    'a tier on a purchase': more('"tier":"gold"'),
  }),
  ...rows(28, TO(/^\/(members(\/:id)?|me)$/), field('unknown_field'), {
    'a tier of one’s own': more('"tier":"gold"'),
    'roles of one’s own': more('"roles":["admin"]'),
    'balances of one’s own': more('"balances":{"available":1000000}'),
    'a status of one’s own': more('"status":"active"'),
    'a card of one’s own': more('"cardNumber":"630000000000"'),
    'an owner of one’s own': more('"ownerId":"carla"'),
  }),
  ...rows(29, BODIES, [400, 'malformed_text'], {
    'a byte that is never UTF-8': bytes(0xff),
    'half a character': bytes(0xe2, 0x82),
    'an overlong slash': bytes(0xc0, 0xaf),
    'a surrogate in UTF-8': bytes(0xed, 0xa0, 0x80),
    'a code point beyond Unicode': bytes(0xf4, 0x90, 0x80, 0x80),
    'a lone surrogate': more('"x":"\\ud83d"'),
    'surrogates in the wrong order': more('"x":"\\ude00\\ud83d"'),
    'a lone surrogate in a key': more('"\\ud83d":1'),
    NUL: more('"x":"a\\u0000b"'),
    'NUL deep inside': more('"x":[{"y":["\\u0000"]}]'),
  }),
  ...rows(29, BODIES, [400], { 'UTF-16': utf16 }),
  ...rows(32, READS, [400, 'repeated_parameter'], {
    'a parameter twice': query('limit=1&limit=99'),
    'an unknown parameter twice': query('x=1&x=1'),
    'a parameter twice, once in escapes': query('limit=1&%6cimit=99'),
  }),
  ...rows(32, BODIES, [400, 'repeated_parameter'], { 'a parameter twice': query('x=1&x=1') }),
  ...rows(32, MATRIX, field('unknown_field'), {
    'an unknown parameter': query('view=full'),
    'a parameter without a value': query('x'),
    'the parameter __proto__': query('__proto__=1'),
    'the parameter constructor': query('constructor=1'),
    'a parameter that is no text': query('%ff=1'),
  }),
  ...rows(33, CURSORS, [400, 'invalid_cursor'], {
    'a cursor of nobody': query('cursor=abc'),
    'an empty cursor': query('cursor='),
    'a forged cursor': query(`cursor=${Buffer.from('1').toString('base64url')}.${'A'.repeat(43)}`),
    'a cursor of 513 characters': query(`cursor=${'a'.repeat(513)}`),
    'a cursor of dots': query('cursor=...'),
    'a cursor with NUL': query('cursor=%00.%00'),
  }),
  ...['0', '-1', '101', '1e1', '01', '1.0', '%2b1', '', '%20', '٣', '9007199254740993', 'all'].flatMap((limit) =>
    rows(34, LISTS, [422], { [`limit=${limit}`]: query(`limit=${limit}`) }),
  ),
  ...rows(35, VERSIONED, [412, 'stale_version'], {
    'a stale version': ifMatch('"0"'),
    'a version to come': ifMatch('"999999"'),
    'any version': ifMatch('*'),
    'a version without quotes': ifMatch('1'),
    'a weak version': ifMatch('W/"1"'),
    'a long version': ifMatch(`"${'1'.repeat(300)}"`),
  }),
  ...rows(35, VERSIONED, [428, 'if_match_required'], {
    'no version': ({ path, options: { ifMatch: _, ...options } }) => ({ path, options }),
  }),
]

/** The first field of the body as text, or any field for an empty one, twice. */
function firstFieldOf({ options }: Sent): string {
  const [first] = Object.entries(options.body as Record<string, unknown>)
  if (first === undefined) return '"x":1,"x":1'
  return `${JSON.stringify(first[0])}:${JSON.stringify(first[1])}`
}
