/** Guards of the ledger and of receipts, each with what stands in its place when it is taken away. */
import type { Row } from './edits-platform.ts'

const inFile = (file: string, rows: readonly (readonly [name: string, find: string, replace: string])[]): Row[] =>
  rows.map(([name, find, replace]) => ({ name, file: `functions/points/${file}`, find, replace }))

const NOT_SETTLED = '{ account: before, postings: [] as Posting[] }'

const STORE = inFile('store.ts', [
  ['the guard is not looked at first', "if (guard) return { kind: 'decided', row: guard.row }", ''],
  [
    'a lost race is told as busy',
    'throw new ShardEmpty()\n  throw new LostRace()',
    "throw new ShardEmpty()\n  throw new Refusal('try_again')",
  ],
  [
    'the review of a level is not listed as due',
    'const review = account.tierReview === undefined ? [] : [account.tierReview]',
    'const review: string[] = []',
  ],
  ['what waits for the level is not listed as due', ', ...Object.keys(account.qualifying).filter(isWaiting)]', ']'],
  ['what was refused is called a success', ': resolved(outcome)', ": { kind: 'committed', entries: mains }"],
  [
    'an entry above the version is a lost race',
    "throw new InvariantBroken('I4 an entry stands above the version')",
    'throw new LostRace()',
  ],
  ['an entry beside a conflict raises the alarm', '!isContended && failed.every(', 'failed.every('],
  ['every refused write raises the alarm', "if (isOnly('entry'))", 'if (!isContended)'],
  ['an empty shard is a lost race', 'throw new ShardEmpty()', 'throw new LostRace()'],
  [
    'the entries of a decision are not checked',
    'brokenInvariant(account) ?? brokenInvariant(decided)',
    'brokenInvariant(decided)',
  ],
  [
    'the account of a decision is not checked',
    'brokenInvariant(account) ?? brokenInvariant(decided)',
    'brokenInvariant(account)',
  ],
  ['what is broken is written all the same', 'if (broken !== undefined) throw new InvariantBroken(broken)', ''],
  [
    'entries may lead elsewhere than decided',
    "if (!isSame) throw new InvariantBroken('I1 entries do not add up to the decision')",
    '',
  ],
  ['an account may grow without end', "    throw new InvariantBroken('account too large')", '    void 0'],
  [
    'a commit may be without its entry',
    "if (mains.length < parts.length) throw new InvariantBroken('a commit without its entry')",
    '',
  ],
  [
    'a time-out whose row is gone is decided all the same',
    'lapsed.length < ids.length || lapsed.some(',
    'lapsed.some(',
  ],
  [
    'a time-out whose row has ended is decided all the same',
    "lapsed.length < ids.length || lapsed.some(({ state }) => state !== 'RESERVED')",
    'lapsed.length < ids.length',
  ],
  [
    'a time-out is not written on its reservation',
    '    ...parts.flatMap(({ loaded }) => loaded.lapsed.map((reservation) => expireWrite(ctx, reservation))),\n',
    '',
  ],
  ['the merged account is taken for the member', 'account?.mergedInto !== undefined && merges < MERGES_MAX', 'false'],
  [
    'a refusal is not recorded',
    "return decided(await putIfAbsent(ctx.table, 'Ledger', { ...keys.operation(operation), ...row }))",
    'return undefined',
  ],
])

const LEDGER = [
  ...inFile('entry.ts', [
    ['an entry does not name the one before', '      previous: current.head,', "      previous: '',"],
    [
      'a hash does not cover the one before',
      'sha256(entry.previous + canonicalEntry(entry))',
      'sha256(canonicalEntry(entry))',
    ],
    ['every entry has the same number', 'seq: current.version + 1', 'seq: account.version + 1'],
    ['an account does not name its last entry', 'head: entry.hash }', 'head: account.head }'],
    ['an account keeps its version', 'version: entry.seq, head', 'version: account.version, head'],
  ]),
  ...inFile('account.ts', [
    ['numbers may be below zero', '!Number.isSafeInteger(number) || number < 0', '!Number.isSafeInteger(number)'],
    ['numbers may be fractions', '!Number.isSafeInteger(number) || number < 0', 'number < 0'],
    ['debt may stand beside points', "if (debt > 0 && available > 0) return 'I3 debt only at available 0'", ''],
    ['lots need not sum', "if (sum(Object.values(account.lots)) !== available) return 'I2 lots sum to available'", ''],
    [
      'what matures need not sum',
      "if (sum(Object.values(account.maturing)) !== pending) return 'I2 maturing sums to pending'",
      '',
    ],
    [
      'reservations need not sum',
      "return sum(open) === reserved ? undefined : 'I2 reservations sum to reserved'",
      'return undefined',
    ],
  ]),
  ...inFile('operation.ts', [
    [
      'an operation is written without its guard',
      '...entries.slice(0, 1).map((entry) => operationWrite(operation, fingerprint, entry)),',
      '',
    ],
    [
      'a key with other content is answered',
      "if (before.fp !== about.fingerprint) throw new Refusal('idempotency_key_reused')",
      '',
    ],
    ['a recorded refusal is not given again', 'if (before.refusal) throw givenAgain(before.refusal)', ''],
    ['a key that was used is not looked up', 'undefined : loadOperation(ctx, operation)', 'undefined : undefined'],
    ['a refusal hides what was decided before', 'if (before === undefined) throw error\n', 'throw error\n'],
  ]),
]

const RECEIPTS = [
  ...inFile('award.ts', [
    [
      'a receipt with other content is answered',
      'if (before.fingerprint === fingerprint)',
      'if (before.fingerprint !== undefined)',
    ],
    ['a refusal hides what was awarded before', "if (before?.state !== 'AWARDED') throw error", 'throw error'],
    [
      'refunds that waited are forgotten',
      '...(waiting && { waiting, spent: await paymentsNow(ctx, loaded.account, { key, spent, of: purchase.memberId }) }),',
      '',
    ],
    [
      'what paid before the receipt came is read only before the account',
      'spent: await paymentsNow(ctx, loaded.account, { key, spent, of: purchase.memberId })',
      'spent',
    ],
    ['a tombstone is written over unseen', 'const revision = (waiting?.revision ?? 0) + 1', 'const revision = 1'],
    ['the first receipt does not say so', '...(book.hasReceipts ? [] : [firstReceiptWrite(book)]),', ''],
    ['what counts under a cap is not written', '      ...counterWrites(entry.memberId, decision.counted),\n', ''],
    [
      'payments that were given back are written nowhere',
      '      ...decision.spent.map((payment) => spentWrite(key, payment)),\n',
      '',
    ],
    [
      'an award is written without its receipt',
      "      receiptWrite(awardedReceipt(purchase, decision, { ...known, entrySeq: entry.seq, at: entry.at }), 'guard'),\n",
      '',
    ],
    [
      'what counts under a cap is read before the account',
      'const loaded = await loadAccount(ctx, purchase.memberId)\n  await requireActiveStaff(ctx, loaded.account.memberId)\n  const counters = countersOf(version.document, input.purchasedAt)\n  const decision = decideAward(loaded.account, input, {\n    now: ctx.now,\n    version,\n    current: purchase.current.document,\n    counted: await loadCounters(ctx, loaded.account.memberId, counters),',
      'const counted = await loadCounters(ctx, purchase.memberId, countersOf(version.document, input.purchasedAt))\n  const loaded = await loadAccount(ctx, purchase.memberId)\n  await requireActiveStaff(ctx, loaded.account.memberId)\n  const decision = decideAward(loaded.account, input, {\n    now: ctx.now,\n    version,\n    current: purchase.current.document,\n    counted,',
    ],
  ]),
  ...inFile('refund.ts', [
    [
      'what paid for the receipt is read only before the account',
      'const paid = await paymentsNow(ctx, loaded.account, { key, spent, of: receipt.memberId })',
      'const paid = spent',
    ],
    [
      'a refund with other content is answered',
      "if (before.fp !== fingerprint) throw new Refusal('receipt_conflict')",
      '',
    ],
    ['a refusal hides what was refunded before', 'if (before === undefined) throw error\n', 'throw error\n'],
    [
      'a refund is written without its guard',
      '      refundWrite(key, input.refundNumber, { rv: 1, fp: fingerprint, memberId, seq, at }),\n',
      '',
    ],
    [
      'a refund is not written on its receipt',
      "      receiptWrite({ ...decision.receipt, state: 'AWARDED' }, 'race'),\n",
      '',
    ],
    [
      'payments that were given back are written nowhere',
      '      ...decision.spent.map((payment) => spentWrite(key, payment)),\n',
      '',
    ],
    [
      'a refund that waits is written without its guard',
      '    refundWrite(key, input.refundNumber, { rv: 1, fp: fingerprint }),\n',
      '',
    ],
    [
      'a refund that waits forgets those before it',
      'plusRefund(receipt?.refunded ?? NOTHING_REFUNDED, parts)',
      'plusRefund(NOTHING_REFUNDED, parts)',
    ],
  ]),
  ...inFile('receipt-store.ts', [
    [
      'what paid for the receipt is read only before the account',
      'lifetime.redeemed > 0 || memberId !== of ? (await loadPaidReceipt(ctx, key)).spent : spent',
      'spent',
    ],
    [
      'what paid for the receipt before a merger is not looked for on the account that took over',
      'lifetime.redeemed > 0 || memberId !== of',
      'lifetime.redeemed > 0',
    ],
  ]),
  ...inFile('receipt.ts', [
    [
      'refunds may exceed the purchase',
      "return isLineExceeded || total(after) > receipt.amount ? 'refund_exceeds_purchase' : after",
      'return after',
    ],
  ]),
  ...inFile('refunding.ts', [
    ['a refund takes nothing from the level', '    uncount(work, receipt, refunded)\n', ''],
    ['what was taken is taken again', 'const points = taken - receipt.taken', 'const points = taken'],
    [
      'a refund goes before what time has done',
      'const settled = settle(before, { ...terms, program: terms.current })',
      `const settled = ${NOT_SETTLED}`,
    ],
    ['a refund writes over any revision', 'revision: receipt.revision + 1', 'revision: 1'],
  ]),
  ...inFile('restoring.ts', [
    [
      'what was given back is given back again',
      'dueOf(payment, receipt) - payment.restored',
      'dueOf(payment, receipt)',
    ],
  ]),
  ...inFile('tiering.ts', [
    [
      'a purchase counts before its return window has passed',
      'release > today ? waitingKey(release, key) : key',
      'key',
    ],
    ['a level is never reviewed', 'tierReview !== undefined && tierReview <= today', 'tierReview === today'],
    ['a level is not reached by what was bought', 'if (level > above) best', 'if (level > 99) best'],
    [
      'a refund takes nothing from what counts already',
      '[waitingKey(release, key), key, oldSumOf(key)]',
      '[waitingKey(release, key)]',
    ],
    ['a review takes more than one step', "downgrade === 'one_step' ? level - 1 : level", '0'],
    ['a review forgets what was bought', 'Math.max(earned, lowestAfter(level, tiers))', 'lowestAfter(level, tiers)'],
  ]),
  ...inFile('awarding.ts', [
    [
      'an award goes before what time has done',
      'const settled = settle(before, { ...terms, program: terms.current })',
      `const settled = ${NOT_SETTLED}`,
    ],
    [
      'an award counts nothing for the level',
      '      addMeasure(work, measured, { units, today, current: terms.current })\n',
      '',
    ],
    ['a closed account earns', "if (account.status === 'CLOSED') throw new Refusal('account_closed')", ''],
    [
      'refunds that waited are not taken off',
      'const points = earning.granted - taken',
      'const points = earning.granted',
    ],
  ]),
]

export const LEDGER_EDITS: readonly Row[] = [...STORE, ...LEDGER, ...RECEIPTS]
