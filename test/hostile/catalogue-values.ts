/** Part C of the catalogue: numbers, money and dates. Every row goes to every field that holds such a value. */
import { MATRIX, type MatrixRow, type Sent } from '../support/matrix.ts'
import { withRaw, withToken } from './body.ts'
import type { Expected, SpoiledRow } from './catalogue.ts'

/** `POST /points/purchases` and the pointers of its fields. */
type Fields = Readonly<Record<string, readonly string[]>>

const RECEIPT_MONEY = ['/amount/amount', '/lines/0/amount', '/lines/0/tax', '/shipping', '/tips', '/tenders/0/amount']
const BIRTHDAY = ['/birthday/month', '/birthday/day']

const POINTS: Fields = {
  'POST /points/redemptions': ['/points'],
  'POST /points/reservations': ['/points'],
  'POST /points/reservations/:reservationId/capture': ['/points'],
  'POST /me/transfers': ['/points'],
}
/** Negative points take away. */
const SIGNED_POINTS: Fields = { 'POST /points/adjustments': ['/points'] }
const MONEY: Fields = {
  'POST /points/purchases': RECEIPT_MONEY,
  'POST /points/quotes': RECEIPT_MONEY,
  'POST /points/refunds': ['/amount/amount', '/lines/0/amount'],
  'POST /points/redemptions': ['/total/amount'],
  'POST /points/reservations': ['/total/amount'],
  'POST /points/redemptions/quotes': ['/total/amount'],
}
const COUNTS: Fields = {
  'POST /points/purchases': ['/lines/0/quantity'],
  'POST /points/quotes': ['/lines/0/quantity'],
  'POST /points/refunds': ['/lines/0/line'],
  'POST /points/reservations': ['/expiresInSeconds'],
  'POST /members': BIRTHDAY,
  'PATCH /me': BIRTHDAY,
}
const SETTINGS: Fields = {
  'PUT /program': [
    ...['/earning/rules/0/points', '/earning/rules/0/perMinor', '/staff/adjustApproveOver', '/points/costMinor/num'],
    ...['/redemption/payWithPoints/minPoints', '/redemption/payWithPoints/ratio/minor', '/refund/maxDebt'],
  ],
  'PUT /program/stores/:storeId': ['/revisitCapacity/mon'],
}
const MONIES: Fields = {
  'POST /points/purchases': ['/amount'],
  'POST /points/quotes': ['/amount'],
  'POST /points/refunds': ['/amount'],
  'POST /points/redemptions': ['/total'],
  'POST /points/reservations': ['/total'],
  'POST /points/redemptions/quotes': ['/total'],
}
const INSTANTS: Fields = {
  'POST /points/purchases': ['/purchasedAt', '/windowStartsAt'],
  'POST /points/quotes': ['/purchasedAt', '/windowStartsAt'],
  'POST /points/refunds': ['/refundedAt'],
}
const PURCHASED: Fields = { 'POST /points/purchases': ['/purchasedAt'], 'POST /points/quotes': ['/purchasedAt'] }
const DATES: Fields = {
  'POST /points/adjustments': ['/expiresOn'],
  'POST /points/refunds': ['/purchasedOn'],
  'PUT /program': ['/effectiveFrom', '/calendar/holidays/0'],
}
const NUMBERS: readonly Fields[] = [POINTS, SIGNED_POINTS, MONEY, COUNTS, SETTINGS]
const DOCUMENT_NUMBERS: Fields = {
  'POST /points/purchases': ['/receiptNumber'],
  'POST /points/quotes': ['/receiptNumber'],
  'POST /points/refunds': ['/receiptNumber', '/refundNumber'],
  'POST /points/redemptions': ['/orderNumber'],
  'POST /points/reservations/:reservationId/capture': ['/receiptNumber'],
}
const WORDS: Fields = {
  'POST /members': ['/name', '/externalId'],
  'PATCH /me': ['/name'],
  'POST /points/adjustments': ['/note', '/internalNote'],
  'POST /program/approvals/:approvalId/decision': ['/reason'],
  'POST /members/:memberId/freeze': ['/reason'],
  'POST /members/:memberId/close': ['/reason'],
  'PUT /program/stores/:storeId': ['/name'],
  'PUT /program': ['/name/en'],
}

function routeOf(name: string): MatrixRow {
  const row = MATRIX.find(({ method, path }) => `${method} ${path}` === name)
  if (row === undefined) throw new Error(`the matrix has no ${name}`)
  return row
}

/** One row per field and spelling. @param tokens as they stand in the JSON text */
function spelled(number: number, fields: readonly Fields[], expect: Expected, tokens: readonly string[]): SpoiledRow[] {
  const places = fields.flatMap((group) =>
    Object.entries(group).flatMap(([name, pointers]) => pointers.map((pointer) => ({ name, pointer }))),
  )
  return places.flatMap(({ name, pointer }) =>
    tokens.map((token): SpoiledRow => {
      const shown = token.length > 60 ? `${token.slice(0, 57)}… (${token.length})` : token
      const spoil = (sent: Sent) => withToken(sent, pointer, token)
      return { number, what: `${pointer} = ${shown}`, routes: [routeOf(name)], spoil, expect, pointer }
    }),
  )
}

/** A body of one's own, made of the valid one. */
function reshaped(
  number: number,
  names: readonly string[],
  expect: Expected,
  shapes: Record<string, Reshape>,
): SpoiledRow[] {
  return Object.entries(shapes).map(([what, reshape]) => ({
    number,
    what,
    routes: names.map(routeOf),
    spoil: (sent) => withRaw(sent, JSON.stringify(reshape(structuredClone(sent.options.body) as Body))),
    expect,
  }))
}
// biome-ignore lint/suspicious/noExplicitAny: the shapes reach into bodies of many routes, only to spoil them
type Body = any
type Reshape = (body: Body) => unknown

const q = (text: string) => JSON.stringify(text)
const RECEIPTS = ['POST /points/purchases', 'POST /points/quotes']
const lines = (count: number, amount: number) => Array.from({ length: count }, () => ({ amount }))

const PHONES = [
  ...[
    '+1 (415) 555',
    'abc',
    '+',
    '',
    '02079460001',
    '+44 20 7946 0001 ext 5',
    '+44 20 7946 0001;ext=5',
    '+999123456789',
  ],
  ...['+442079460001\r\nBcc: x', '+44\n2079460001', `+44${'0'.repeat(40)}`, '+1<script>4155552671', '=+442079460001'],
]
const EMAILS = [
  ...[
    'a',
    'a@b',
    '@c.de',
    'a@@b.de',
    'a@b.de@c.de',
    'a b@c.de',
    'a@localhost',
    'a@127.0.0.1',
    'a@[::1]',
    'a@c.d_e.com',
  ],
  ...[
    'a@c.de\r\nBcc: x@y.zz',
    'a@c.de,x@y.zz',
    '<a@c.de>',
    'Ann <a@c.de>',
    '"a b"@c.de',
    'a@-c.de',
    'a@c..de',
    '.a@c.de',
  ],
  ...[
    'аnn@example.com',
    'ann@example.com/x',
    'ann@exam%70le.com',
    'ann@example.com#x',
    'ann@user:pw@c.de',
    'a@c.de.',
    '',
  ],
  ...[
    `${'a'.repeat(65)}@c.de`,
    `a@${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(63)}.${'e'.repeat(63)}.com`,
    'a@c.de\u202e',
  ],
]

export const VALUES: readonly SpoiledRow[] = [
  ...spelled(39, [POINTS], [422], ['-1', '0', '-0']),
  ...spelled(39, [SIGNED_POINTS], [422], ['0', '-0']),
  ...spelled(39, NUMBERS, [422], ['1.5', '-1.5', '"100"', 'true', '[]', '{}', '[1]', '""', '0.1e0']),
  ...spelled(39, [POINTS, MONEY, COUNTS], [422], ['-1', 'null']),
  ...spelled(
    41,
    NUMBERS,
    [422, 'out_of_range'],
    ['9007199254740993', '-9007199254740993', '1e400', '-1e400', `1${'0'.repeat(400)}`],
  ),
  ...spelled(41, [POINTS, SIGNED_POINTS], [422, 'out_of_range'], ['1000000001', '1000000000000']),
  ...spelled(41, [SIGNED_POINTS], [422, 'out_of_range'], ['-1000000001']),
  ...spelled(41, [MONEY], [422, 'out_of_range'], ['1000000000001']),
  ...spelled(
    41,
    NUMBERS,
    [422],
    ['10.00000000000000000001', '0.99999999999999999999', '4503599627370496.5', '9.5e-1', '1e-400'],
  ),
  ...spelled(
    42,
    NUMBERS,
    [400, 'malformed_json'],
    ['NaN', 'Infinity', '-Infinity', '0x10', '010', '+1', '.5', '1.', '1e', '1_000', '1n', '--1', '١'],
  ),
  ...spelled(
    43,
    [MONIES],
    [422],
    ['30.00', '3000', '"30.00 GBP"', 'null', '[]', '[3000,"GBP"]', '{"amount":30}', '{"currency":"GBP"}'],
  ),
  ...spelled(43, [MONIES], [422], ['{"amount":30.5,"currency":"GBP"}', '{"amount":"3000","currency":"GBP"}']),
  ...spelled(
    43,
    [under(MONIES, '/currency')],
    [422, 'currency_mismatch'],
    ['"XXZ"', '"USD"', '"gbp"', '"GBP "', '""', '"£"', 'null', '826'],
  ),
  ...reshaped(44, RECEIPTS, [422, 'total_mismatch'], {
    'lines that sum to less': (body) => ({ ...body, lines: [{ ...body.lines[0], amount: body.lines[0].amount - 1 }] }),
    'lines that sum to more': (body) => ({ ...body, lines: [{ ...body.lines[0], amount: body.lines[0].amount + 1 }] }),
    'shipping that no one counted': (body) => ({ ...body, shipping: body.shipping + 1 }),
    'more tips than total': ({ lines: _, shipping: __, ...body }) => ({ ...body, tips: body.amount.amount + 1 }),
    'more paid than charged': (body) => ({ ...body, tenders: [{ kind: 'card', amount: body.amount.amount + 1 }] }),
  }),
  ...reshaped(44, ['POST /points/refunds'], [422, 'total_mismatch'], {
    'refunded lines that sum to more': (body) => ({ ...body, lines: [{ line: 1, amount: body.amount.amount + 1 }] }),
  }),
  ...reshaped(45, RECEIPTS, [422], {
    'a negative line': (body) => ({ ...body, lines: [{ amount: body.amount.amount + 5 }, { amount: -5 }] }),
    '501 lines': ({ shipping: _, tips: __, ...body }) => ({
      ...body,
      amount: { ...body.amount, amount: 501 },
      tenders: [],
      lines: lines(501, 1),
    }),
    'no line at all': (body) => ({ ...body, lines: [] }),
    'a line of more tax than charge': (body) => ({ ...body, lines: [{ ...body.lines[0], tax: 2_501 }] }),
    '11 tenders': (body) => ({ ...body, tenders: Array.from({ length: 11 }, () => ({ kind: 'card', amount: 1 })) }),
    'nobody named': ({ memberId: _, ...body }) => body,
    'two named': (body) => ({ ...body, externalId: '17850' }),
  }),
  ...reshaped(45, ['POST /points/refunds'], [422], {
    'a negative line': (body) => ({ ...body, lines: [{ line: 1, amount: -1 }] }),
    'a line twice': (body) => ({
      ...body,
      lines: [
        { line: 1, amount: 1 },
        { line: 1, amount: 1 },
      ],
    }),
    '501 lines': (body) => ({
      ...body,
      lines: Array.from({ length: 501 }, (_, line) => ({ line: line + 1, amount: 0 })),
    }),
    'line 0': (body) => ({ ...body, lines: [{ line: 0, amount: 1 }] }),
  }),
  ...spelled(
    47,
    [INSTANTS],
    [422, 'receipt_date_invalid'],
    [
      ...[
        '2026-11-23T09:00:00',
        '2026-11-23',
        '2026-11-23 09:00:00Z',
        '2026-11-23T09:00Z',
        '20261123T090000Z',
        'yesterday',
        '',
      ].map(q),
      ...['2026-11-23T09:00:00+2500', '2026-11-23T09:00:00+25:00', '2026-11-23T25:00:00Z', '2026-11-23T09:60:00Z'].map(
        q,
      ),
      ...['2026-11-23T09:00:60Z', '+002026-11-23T09:00:00Z', '-000001-11-23T09:00:00Z', '2026-11-23T09:00:00Z\n'].map(
        q,
      ),
      ...['2026-11-23T09:00:00[Europe/London]', `2026-11-23T09:00:00.${'0'.repeat(60)}Z`].map(q),
      ...['1763888400000', 'null', '{}', '["2026-11-23T09:00:00Z"]', 'true'],
    ],
  ),
  ...spelled(
    47,
    [INSTANTS],
    [422, 'receipt_date_invalid'],
    ['2026-11-23T10:06:00Z', '2027-11-23T09:00:00Z', '9999-12-31T23:59:59Z'].map(q).filter(
      // A window may begin later than the purchase.
      (token) => token !== q('2026-11-23T10:06:00Z'),
    ),
  ),
  ...spelled(
    47,
    [PURCHASED],
    [422, 'receipt_date_invalid'],
    ['2026-11-23T10:05:01Z', '2026-10-23T09:59:59Z', '1970-01-01T00:00:00Z', '0000-01-01T00:00:00Z'].map(q),
  ),
  ...spelled(
    49,
    [INSTANTS],
    [422, 'receipt_date_invalid'],
    ['2026-02-30T09:00:00Z', '2025-02-29T09:00:00Z', '2026-13-01T09:00:00Z', '2026-04-31T09:00:00+01:00'].map(q),
  ),
  ...spelled(
    49,
    [DATES],
    [422],
    [
      ...['2026-02-30', '2025-02-29', '2026-13-01', '2026-00-10', '2026-2-3', '30/02/2026', '2026-11-23T00:00:00Z'].map(
        q,
      ),
      ...['', 'tomorrow', '10000-01-01', '-000001-01-01', '2026-11-23\n', '٢٠٢٦-١١-٢٣', '20261123', '2026-W48-1'].map(
        q,
      ),
      ...['20261123', 'null', '{}', '["2026-12-25"]'],
    ].filter((token) => token !== 'null'),
  ),
  ...spelled(
    49,
    [{ 'PUT /program': ['/zone'] }],
    [422],
    [
      ...[
        'Mars/Base',
        '',
        '+01:00',
        'Europe/London ',
        'Europe/London\n',
        '../../etc/passwd',
        'Europe',
        'x'.repeat(65),
      ].map(q),
      ...['null', '0', '["Europe/London"]'],
    ],
  ),
  ...spelled(
    49,
    [{ 'POST /members': ['/birthday'], 'PATCH /me': ['/birthday'] }],
    [422],
    [
      ...[
        '{"month":2,"day":30}',
        '{"month":4,"day":31}',
        '{"month":13,"day":1}',
        '{"month":0,"day":1}',
        '{"month":1,"day":0}',
      ],
      ...['{"month":2}', '{"month":2,"day":29,"year":2025}', '"02-29"', '[2,29]'],
    ],
  ),
  ...spelled(
    62,
    [DOCUMENT_NUMBERS],
    [422],
    [
      ...[
        'a#b',
        'a b',
        ' ',
        '',
        '🧾',
        'é',
        'x'.repeat(65),
        'a/b',
        'a\\b',
        'a@2026',
        'a\nb',
        'a\tb',
        '٣',
        'Ａ１',
        'a,b',
        "a'b",
      ].map(q),
      ...['42', 'null', '["a"]', 'true'],
    ],
  ),
  ...spelled(70, [{ 'POST /points/reservations': ['/expiresInSeconds'] }], [422, 'out_of_range'], ['59', '604801']),
  ...spelled(
    85,
    [WORDS],
    [422],
    ['a\u0007b', 'a\u001bb', 'a\u0085b', 'a\u007fb', '\tx\ty', '', '   '].map(q).filter((token) => token !== q('')),
  ),
  ...spelled(87, [WORDS], [422], ['a\r\nBcc: x@example.com', 'a\nb', 'a\rb', '\r\n'].map(q)),
  ...spelled(87, [{ 'POST /members': ['/name'], 'PATCH /me': ['/name'] }], [422], ['a\u2028b'].map(q)),
  ...spelled(83, [{ 'POST /members': ['/phone'], 'POST /members/lookup': ['/phone'] }], [422], PHONES.map(q)),
  ...spelled(84, [{ 'POST /members': ['/email'], 'POST /members/lookup': ['/email'] }], [422], EMAILS.map(q)),
]

function under(fields: Fields, step: string): Fields {
  return Object.fromEntries(
    Object.entries(fields).map(([name, at]) => [name, at.map((pointer) => `${pointer}${step}`)]),
  )
}
