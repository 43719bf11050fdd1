/** Guards of the catalogue, of what is taken of it and of vouchers, each with what stands in its place when it is taken away. */
import type { Row } from './edits-platform.ts'

const inFile = (file: string, rows: readonly (readonly [name: string, find: string, replace: string])[]): Row[] =>
  rows.map(([name, find, replace]) => ({ name, file: `functions/${file}`, find, replace }))

const TAKING = [
  ...inFile('points/move-store.ts', [
    [
      'a piece that was set aside stays away',
      '    ...(shard === undefined ? [] : [shardMove({ subject, shard }, 1)]),\n',
      '',
    ],
    [
      'a time that was set aside stays counted',
      '    ...(period === undefined ? [] : [countMove({ memberId, subject, period }, -1)]),\n',
      '',
    ],
    ['of what moves one number only the last counts', 'by: (before?.by ?? 0) + move.by', 'by: move.by'],
  ]),
  ...inFile('points/store.ts', [
    [
      'what timed out gives no piece back',
      ', ...parts.flatMap(({ loaded }) => loaded.lapsed.flatMap(givenBack))]',
      ']',
    ],
    [
      'what comes back without having been taken is a lost race',
      "if (isOnly('back')) throw new InvariantBroken('I10 more comes back than was taken')",
      '',
    ],
  ]),
  ...inFile('points/reward-spending.ts', [
    [
      'what a limit allows is not counted',
      'return limit === undefined ? [] : [countMove({ memberId, subject, period: limit.period }, 1, limit.most)]',
      'return []',
    ],
    [
      'what timed out counts under the limit until it is written down',
      ' - back\n      return loaded',
      '\n      return loaded',
    ],
    [
      'a reward is set aside without its row',
      "        ...(way.kind === 'held' ? [heldWrite(ctx, { spend, way, decision }, entry)] : []),\n",
      '',
    ],
    ['a reward is given without its record', '        ...spend.also(spentOf(decision, entry)),\n', ''],
    ['a piece that was set aside is listed nowhere', '    ...(shard !== undefined && { due: heldKey(id) }),\n', ''],
  ]),
  ...inFile('points/shards.ts', [
    [
      'a stock is sold out while pieces wait that nobody fetched',
      'if (drawn === undefined && (await refill?.())) throw new LostRace()',
      '',
    ],
  ]),
  ...inFile('points/void.ts', [['what is let go of gives back points only', '    moves: givenBack,\n', '']]),
  ...inFile('points/close.ts', [
    ['what ends with an account gives back points only', '      moves: () => open.flatMap(givenBack),\n', ''],
  ]),
  ...inFile('points/capture.ts', [
    [
      'a part of a reward is captured',
      'if (reservation.reward) requireWhole(reservation.points, { points: taken, receiptNumber })',
      '',
    ],
    [
      'a reward pays for a receipt',
      "if (receiptNumber !== undefined) throw refuseFields([{ pointer: '/receiptNumber', code: 'invalid_value' }])",
      '',
    ],
  ]),
  ...inFile('points/reward-return.ts', [
    [
      'what is taken back gives no piece back',
      'shard === undefined ? [] : [shardMove({ subject, shard }, 1)]',
      'shard === undefined ? [] : []',
    ],
    ['what is taken back leaves its record as it was', '    writes: () => also,\n', ''],
    ['why a reward may not come back is not asked', '      returning.require()\n', ''],
  ]),
  ...inFile('rewards/availability.ts', [
    [
      'a limit refuses nobody',
      "limit && used >= limit.count && { code: 'member_limit', params: { count: limit.count, per: limit.per } },",
      "limit && used < 0 && { code: 'member_limit', params: { count: limit.count, per: limit.per } },",
    ],
    ['what is paused is had', "state === 'paused' && { code: 'paused' }", 'false'],
    ['what has ended is had', "state === 'ended' && { code: 'ended' }", 'false'],
    [
      'a reward is had at any store',
      "stores && storeId !== undefined && !stores.includes(storeId) && { code: 'store_excluded', params: { storeId } },",
      '',
    ],
  ]),
  ...inFile('rewards/return.ts', [
    ['a reward comes back twice', "if (redemption.state === state) throw new Refusal('redemption_returned')", ''],
    ['what is only set aside comes back', "if (!isTaken) throw new Refusal('step_refused')", ''],
    ['a used voucher comes back', 'if (!held) requireIssued(redemption, day)', ''],
  ]),
  ...inFile('rewards/fulfil.ts', [
    ['whoever was let go hands rewards out', '    await requireActiveStaff(ctx, seen.memberId)\n', ''],
    ['a reward goes any way', '!mayGo(fulfilment, stepOf(seen), state) || ', ''],
    ['a reward goes before it is paid for', ' || !(await isCaptured(ctx, seen))', ''],
    ['a returned reward is handed over', "if (seen.state === 'returned') throw new Refusal('redemption_returned')", ''],
    ['a step that lost is called taken', "if (outcome.kind === 'refused') throw new LostRace()", ''],
  ]),
]

const CATALOGUE = [
  ...inFile('rewards/create.ts', [
    ['a key makes another reward than it made', "if (fp !== asked) throw new Refusal('idempotency_key_reused')", ''],
    ['a reward that was not made is told as made', "if (outcome.kind === 'refused') throw new LostRace()", ''],
  ]),
  ...inFile('rewards/put.ts', [
    ['whoever was let go publishes', '    await requireActiveStaff(ctx)\n', ''],
    ['a reward is changed from any version', 'requireVersion(ifMatch, seen.version)', ''],
    [
      'a change that lost is called a success',
      "if (outcome.kind === 'refused') throw new Refusal('stale_version')",
      '',
    ],
    ['anybody is alone', "state === 'active' && (await isOnlyAdmin(ctx))", "state === 'active'"],
    ['a publication opens no stock', 'isPublished ? stockOf(seen, next) : undefined', 'undefined'],
    ['a publication is not kept', '...(isPublished ? publicationWrite(next) : [])', ''],
  ]),
  ...inFile('rewards/publishing.ts', [
    [
      'an ended reward comes back',
      "if (seen.state === 'ended') throw new Refusal('ended', { reasons: ['ended'] })",
      '',
    ],
    ['whoever may draft may publish', "if (!mayPublish) throw new Refusal('forbidden')", ''],
    ['a draft needs nobody to look over it', "if (!isLookedOver && !isAlone) throw new Refusal('own_draft')", ''],
    ['who drafted it looks over it', 'draft.by !== by && ', ''],
    ['a draft is published in other words', ' && isSame(content, draft.content)', ''],
    [
      'a pause changes what members get',
      "if (!isSame(content, seen.published.content)) throw refuseFields([{ pointer: '/state', code: 'invalid_value' }])",
      '',
    ],
    ['a stock ends with a publication', "throw refuseFields([{ pointer: '/stock', code: 'invalid_value' }])", 'return'],
    [
      'a stock shrinks',
      "if ((stock ?? 0) < (before.stock ?? 0)) throw refuseFields([{ pointer: '/stock', code: 'out_of_range' }])",
      '',
    ],
  ]),
  ...inFile('points/stock.ts', [
    ['a stock does not grow', 'total === before ? [] : growWrites(', 'total !== before ? [] : growWrites('],
  ]),
]

const VOUCHERS = [
  ...inFile('rewards/vouchers.ts', [
    [
      'its own till is told that a voucher was used',
      "if (voucher.state === 'used' && last?.operation === operation) return answerAgain(voucher, storeId)",
      '',
    ],
    [
      'a voucher used elsewhere is answered as used here',
      "if (voucher.last?.storeId !== storeId) throw new Refusal('idempotency_key_reused')",
      '',
    ],
    ['whoever was let go uses vouchers', '    await requireActiveStaff(ctx, voucher.memberId)\n', ''],
    ['any voucher is used', '    await requireUsable(ctx, voucher, storeId)\n', ''],
    [
      'a voucher is used at any store',
      'if (voucher.stores?.includes(storeId) === false)',
      'if (voucher.stores?.length === 0)',
    ],
    ['a voucher is used by any store', '    requireStore(ctx.actor, storeId)\n', ''],
    [
      'what was not used is called used',
      "if (outcome.kind === 'refused')\n      throw",
      'if (outcome.kind === undefined)\n      throw',
    ],
    [
      'a key that used another voucher is tried without end',
      "isOtherContent(outcome) ? new Refusal('idempotency_key_reused') : new LostRace()",
      'new LostRace()',
    ],
    [
      'a voucher sent twice at once is told as another',
      "isOtherContent(outcome) ? new Refusal('idempotency_key_reused') : new LostRace()",
      "new Refusal('idempotency_key_reused')",
    ],
    ['whoever guesses is not stopped', '  await requireRoom(ctx, rate)\n', ''],
    ['what was guessed wrong is not counted', '  await takeTry(ctx, rate)\n', ''],
  ]),
  ...inFile('rewards/views.ts', [
    [
      'a voucher is good for ever',
      "expiresOn !== undefined && expiresOn < today ? 'expired' : 'issued'",
      "expiresOn !== undefined && expiresOn < '' ? 'expired' : 'issued'",
    ],
  ]),
  ...inFile('platform/rate.ts', [
    [
      'a full bucket takes one more',
      'if (isOpen(stood, ctx.now)) throw tooMany(rate, Number(stood.endsAt) - ctx.now)',
      'if (isOpen(stood, ctx.now)) return',
    ],
    ['a bucket that is over is full', '!isOpen(bucket, ctx.now) || ', ''],
  ]),
]

export const REWARD_EDITS: readonly Row[] = [...TAKING, ...CATALOGUE, ...VOUCHERS]
