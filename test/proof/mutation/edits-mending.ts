/** Guards of mending an award and of the member's code, each with what stands in its place when it is taken away. */
import type { Row } from './edits-platform.ts'

const inFile = (file: string, rows: readonly (readonly [name: string, find: string, replace: string])[]): Row[] =>
  rows.map(([name, find, replace]) => ({ name, file: `functions/${file}`, find, replace }))

export const MENDING_EDITS: readonly Row[] = [
  ...inFile('points/receipt-change.ts', [
    [
      'a change with other content is answered',
      "if (byKey && byKey.fp !== fp) throw new Refusal('idempotency_key_reused')",
      '',
    ],
    ['a change that is repeated is made again', 'if (last?.fp === fp) return last', ''],
    ['a key that mended before mends again', 'if (byKey) return byKey\n', ''],
    [
      'a change that comes late undoes those after it',
      "if (isLate) throw new Refusal('receipt_conflict', { more: { prior: await priorOf(ctx, entry, sinceOf(receipt)) } })",
      '',
    ],
    [
      'a cashier mends what a colleague awarded',
      "if (entry.actor !== ctx.actor.id) throw new Refusal('forbidden')",
      '',
    ],
    ['a cashier mends for ever', "throw new Refusal('undo_window_passed')", ''],
    [
      'what was refunded is awarded again',
      "if ((history?.undone ?? total(refunded)) > 0) throw new Refusal('receipt_refunded')",
      '',
    ],
    ['a change is written without its guard', '        changeWrite(found.key, n, row),\n', ''],
    ['a change is not written on the receipt', "        receiptWrite({ ...receipt, state: 'AWARDED' }, 'race'),\n", ''],
    [
      'a store mends receipts of another',
      'requireStore(ctx.actor, input.storeId)\n  await requireActiveStaff(ctx)\n  const found',
      'await requireActiveStaff(ctx)\n  const found',
    ],
  ]),
  ...inFile('points/correcting.ts', [
    [
      'an undo goes before what time has done',
      "const settled = settle(before, { ...terms, program: terms.current })\n  const { posting, ...reversed } = takenBack(settled.account, { receipt, name, rule: 'mistake' }, terms)",
      "const settled = { account: before, postings: [] as Posting[] }\n  const { posting, ...reversed } = takenBack(settled.account, { receipt, name, rule: 'mistake' }, terms)",
    ],
    [
      'a correction takes nothing back',
      "const reversed = wrong && takenBack(account, { ...wrong, rule: 'correction' }, terms)",
      'const reversed = undefined as ReturnType<typeof takenBack> | undefined',
    ],
  ]),
  ...inFile('points/undo.ts', [
    [
      'what was refunded whole is undone',
      "if (receipt.amount > 0 && refunded === receipt.amount) throw new Refusal('receipt_refunded')",
      '',
    ],
    [
      'payments that an undo gives back are written nowhere',
      'writes: decision.spent.map((payment) => spentWrite(key, payment)),',
      'writes: [],',
    ],
  ]),
  ...inFile('points/correct.ts', [
    [
      'what was undone is taken back again',
      'wrong: isUndone ? undefined : { receipt, name }',
      'wrong: { receipt, name }',
    ],
    ['what a correction counts under a cap is not written', 'writes: taken.writes,', 'writes: [],'],
    ['a correction may be in any currency', '  requireCurrency(amount.currency, version.document)\n', ''],
    [
      'a correction needs not add up',
      "if (!sumsFit(purchase)) throw refuseFields([{ pointer: '/amount', code: 'total_mismatch' }])",
      '',
    ],
  ]),
  ...inFile('points/reassign.ts', [
    [
      'the wrong member keeps the points',
      '...(taking ? [{ loaded: from, decision: taking, statuses }] : [])',
      '...(taking ? [] : [])',
    ],
    ['a code that has ended takes a receipt', 'requireCurrent(named)\n', ''],
    [
      'a receipt goes to who has it',
      "if (memberId === from.account.memberId) throw refuseFields([{ pointer: '/memberId', code: 'invalid_value' }])",
      '',
    ],
  ]),
  ...inFile('points/room.ts', [
    ['a corrected receipt takes its room twice', 'Math.max(0, used - (own[name] ?? 0))', 'used'],
    ['a correction gives room back', 'const most = Math.max(own[name] ?? 0, used - free)', 'const most = used - free'],
  ]),
  ...inFile('points/award.ts', [
    ['the slip is forgotten once it was corrected', 'if (first?.fingerprint === fingerprint)', 'if (first === null)'],
  ]),
  ...inFile('points/card-limit.ts', [
    [
      'the card alone spends without limit',
      'if (!isBound || used + points <= limit) return',
      'if (limit !== null) return',
    ],
    [
      'what the card spends is not counted',
      'isBound ? counterWrites(memberId, new Map([[counterName(counter), used + points]])) : []',
      '[]',
    ],
    [
      'what the card has spent is read before the account',
      'const loaded = await loadAccount(context, memberId)\n      if (isBound) used = await usedOf(context, loaded.account.memberId, counter)\n',
      'if (isBound) used = await usedOf(context, memberId, counter)\n      const loaded = await loadAccount(context, memberId)\n',
    ],
  ]),
  ...inFile('members/find.ts', [
    ['a code that has ended is taken', "if (proof === 'expired') throw new Refusal('code_expired')", ''],
  ]),
  ...inFile('members/card-code.ts', [
    ['any eight characters are a code', 'return good.includes(shown)', 'return true'],
    ['a code is good for minutes', 'const STEPS_VALID = 2', 'const STEPS_VALID = 9'],
    ['a code ends with its half minute', 'const STEPS_VALID = 2', 'const STEPS_VALID = 1'],
  ]),
]
