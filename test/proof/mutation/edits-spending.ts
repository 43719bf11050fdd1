/** Guards of what is spent, moved and drawn, each with what stands in its place when it is taken away. */
import type { Row } from './edits-platform.ts'

const inFile = (file: string, rows: readonly (readonly [name: string, find: string, replace: string])[]): Row[] =>
  rows.map(([name, find, replace]) => ({ name, file: `functions/points/${file}`, find, replace }))

const NOT_SETTLED = '{ account: before, postings: [] as Posting[] }'

const SPENDING = [
  ...inFile('spending.ts', [
    [
      'a redemption goes before what time has done',
      'const settled = settle(before, terms)\n  requireSpendable(settled.account, spend, terms)',
      `const settled = ${NOT_SETTLED}\n  requireSpendable(settled.account, spend, terms)`,
    ],
    [
      'a reservation goes before what time has done',
      'const settled = settle(before, terms)\n  const isFull',
      `const settled = ${NOT_SETTLED}\n  const isFull`,
    ],
    ['more is spent than is there', "account.balances.available < points && 'insufficient_points'", 'false'],
    ['a frozen account spends', "account.status === 'FROZEN' && 'account_frozen'", 'false'],
    [
      'a frozen account captures',
      "if (account.status === 'FROZEN') throw",
      "if (account.status === 'ACTIVE' && account.version < 0) throw",
    ],
  ]),
  ...inFile('adjusting.ts', [
    [
      'an adjustment goes before what time has done',
      'const settled = settle(before, terms)',
      `const settled = ${NOT_SETTLED}`,
    ],
    ['more is taken than is there', 'if (-input.points > available && !mayOwe)', 'if (false)'],
    [
      'a large adjustment needs no approval',
      'if (limit === undefined || Math.abs(points) <= limit || approvalId !== undefined) return',
      'if (limit === undefined || points !== 0) return',
    ],
  ]),
  ...inFile('adjust.ts', [
    ['an approval is not used up', "...(approval ? [useApprovalWrite(approval, 'approval')] : []),", ''],
    ['an adjustment leaves no row in the audit trail', '        auditWrite(auditRow(ctx, entry, deed)),\n', ''],
    ['a refused approval is tried again and again', 'if (refusal === undefined) throw error\n', 'throw error\n'],
  ]),
  ...inFile('capture.ts', [
    [
      'more is captured than was reserved',
      "if (taken > reservation.points) throw refuseFields([{ pointer: '/points', code: 'out_of_range' }])",
      '',
    ],
    ['a payment is not written beside its receipt', 'return [spentWrite(key, spent)]', 'return []'],
  ]),
  ...inFile('reserve.ts', [
    [
      'a reservation is opened without its row',
      "        reservationWrite({ id, rv: 1, state: 'RESERVED', memberId, storeId, points, lots, expiresAt, at: ctx.now }),\n",
      '',
    ],
  ]),
  ...inFile('reservation.ts', [
    [
      'a capture past its time is tried',
      "if (reservation.expiresAt <= ctx.now) throw new Refusal('reservation_expired')",
      '',
    ],
    [
      'an ended reservation is ended again',
      "if (reservation.state !== 'RESERVED') return answerEnded(ctx, reservation, ending)",
      '',
    ],
    [
      'a recorded refusal of a capture is not given again',
      'if (before) throw again(before, ending.fingerprint(reservation))',
      '',
    ],
    [
      'a refusal of a capture is not recorded',
      '    await refuseReservation(ctx, reservation, { operation, ...row })\n',
      '',
    ],
    [
      'a final refusal of a capture is not recorded',
      'const before = await recordRefusal(ctx, operation, { rv: 1, ...row })',
      'const before = undefined as { fp: string; refusal?: StoredRefusal } | undefined',
    ],
    [
      'a refused capture with other content is answered',
      "return before.fp === fp ? givenAgain(before.refusal) : new Refusal('idempotency_key_reused')",
      'return givenAgain(before.refusal)',
    ],
    [
      'a reservation that ended between two reads is decided',
      'if (loaded.account.reservations[reservation.id] === undefined) throw new LostRace()',
      '',
    ],
    [
      'a capture with other content is answered',
      'done?.fp === ending.fingerprint(reservation) && state === ending.state',
      'state === ending.state',
    ],
    [
      'a void is answered with a capture',
      'done?.fp === ending.fingerprint(reservation) && state === ending.state',
      'done?.fp === ending.fingerprint(reservation)',
    ],
    [
      'a key used for a capture of other content is told as captured',
      "if (done && !isSame && done.operation === ending.operation) throw new Refusal('idempotency_key_reused')",
      '',
    ],
    [
      'a reservation is ended without its row',
      "      endReservation(ctx, reservation, {\n        failsAs: 'guard',\n        state: ending.state,\n        done: { operation: ending.operation, fp: ending.fingerprint(reservation), seq: entry.seq, at: entry.at },\n      }),\n",
      '',
    ],
  ]),
  ...inFile('reservation-store.ts', [
    ['a reservation remembers refusals without end', 'if (count >= REFUSALS_MAX) return\n', ''],
    ['a refusal that met a change is called recorded', 'if (stood) throw new LostRace()', ''],
  ]),
]

const BETWEEN = [
  ...inFile('transferring.ts', [
    [
      'points are sent before what time has done',
      'const sender = settle(before.sender, terms.sender)',
      'const sender = { account: before.sender, postings: [] }',
    ],
    ['more is sent than is there', '  requireSender(sender.account, points, terms.sender)\n', ''],
    ['points are sent to a closed account', '  requireReceiver(receiver.account, terms.receiver)\n', ''],
    ['more is sent in a month than allowed', 'sent.points > rules.maxPointsPerMonth', 'sent.points < 0'],
    ['the sum of the month is forgotten', '    work.sent = sent\n', ''],
  ]),
  ...inFile('transfer.ts', [
    [
      'points are sent to oneself',
      'if (sender.account.memberId === receiver.account.memberId)',
      'if (sender.account.memberId === undefined)',
    ],
  ]),
  ...inFile('standing.ts', [
    ['an account is frozen twice', 'if (before.status === to.status) throw new Refusal(to.refused)', ''],
    ['an account with a reservation is merged', "    throw new Refusal('open_reservation')", '    void 0'],
    [
      'a closed account is closed again',
      'ended: readonly Source[] = []): SpendDecision {\n  requireOpen(before)\n',
      'ended: readonly Source[] = []): SpendDecision {\n',
    ],
    ['an account is closed and keeps its state', "{ status: 'CLOSED', lots: {}", '{ lots: {}'],
    ['a merged account stays open', "      status: 'CLOSED',\n", ''],
    [
      'a merger leaves behind what counts for the level',
      '      work.qualifying[month] = together(month, work.qualifying[month] ?? 0, part)\n',
      '',
    ],
    ['a merger leaves behind what was proven', '    takeContact(work, moved)\n', ''],
  ]),
  ...inFile('close.ts', [
    ['an account is closed over a reservation that is gone', 'if (open.length < ids.length) throw new LostRace()', ''],
    [
      'an account is closed and its reservations stay open',
      '              ...voided(ctx, open, { operation, fp: fingerprint, seq: entry.seq, at: entry.at }),\n',
      '',
    ],
  ]),
  ...inFile('merge.ts', [
    [
      'an approval of a merger is not used up',
      "...(named ? [useApprovalWrite(unread(ctx, named), 'approval')] : []),",
      '',
    ],
    [
      'a merger needs no approval',
      'if (named === undefined) throw await asked(ctx, input, into.account.memberId)\n',
      '',
    ],
    [
      'an account is merged into itself',
      'if (from.account.memberId !== into.account.memberId) return { from, into }',
      'return { from, into }',
    ],
  ]),
  ...inFile('shards.ts', [
    [
      'pieces that others were faster to take are told as sold out',
      'if (draws === DRAWS_MAX) throw new LostRace()',
      'if (draws === DRAWS_MAX) return undefined',
    ],
    ['an empty shard ends the search', '      shard = await anyWithEnough(ctx, draw)\n', '      shard = undefined\n'],
    ['a draw takes nothing from its shard', 'shardMove({ subject, shard }, -amount), ', ''],
    ['an empty stock is not told', 'if (!(error instanceof ShardEmpty)) throw error', 'throw error'],
  ]),
  ...inFile('shard-store.ts', [
    ['a shard with too little left is tried again', '(has >= amount ? has : 0)', '(has > 0 ? has : 0)'],
  ]),
  ...inFile('open-shards.ts', [
    ['a stock is opened with another total', 'opened !== total || rows.some(', 'rows.some('],
    [
      'a stock is opened with another number of shards',
      'opened !== total || rows.some((row) => row.of !== shards)',
      'opened !== total',
    ],
  ]),
  ...inFile('giving.ts', [
    ['a frozen account is given points', "if (before.status === 'FROZEN') throw", 'if (before.version < 0) throw'],
  ]),
  ...inFile('settle-account.ts', [
    [
      'an account that has nothing due is written',
      'if (settled.postings.length === 0) return { isSettled: false }',
      '',
    ],
  ]),
]

export const SPENDING_EDITS: readonly Row[] = [...SPENDING, ...BETWEEN]
