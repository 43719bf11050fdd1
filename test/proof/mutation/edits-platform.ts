/** Guards of the platform, each with what stands in its place when it is taken away. */
import type { Edit } from './host.ts'

export type Row = { readonly name: string } & Edit

const inFile = (file: string, rows: readonly (readonly [name: string, find: string, replace: string])[]): Row[] =>
  rows.map(([name, find, replace]) => ({ name, file: `functions/${file}`, find, replace }))

const TRANSACT = inFile('platform/transact.ts', [
  ['a refused write is given up as a fault of ours', 'if (failed.length > 0) return', 'if (failed.length > 99) return'],
  [
    'a refused write is called a success',
    "if (failed.length > 0) return { kind: 'refused', failed, isContended: isContended(error) }",
    "if (failed.length > 0) return { kind: 'committed' }",
  ],
  ['what else was in conflict is forgotten', 'isContended: isContended(error)', 'isContended: false'],
  ['a fault of ours is repeated', "if (signal === 'defect') throw error", ''],
  [
    'a fault of ours is called a success',
    "if (signal === 'defect') throw error",
    "if (signal === 'defect') return { kind: 'committed' }",
  ],
  [
    'a busy table is given up at once',
    "if (signal === 'defect') throw error",
    "if (signal === 'defect' || signal === 'busy') throw new Refusal('try_again')",
  ],
  [
    'a busy table is called a success',
    "if (signal === 'defect') throw error",
    "if (signal === 'defect') throw error\n      if (signal === 'busy') return { kind: 'committed' }",
  ],
  [
    'a lost answer is given up at once',
    "if (signal === 'defect') throw error",
    "if (signal === 'defect') throw error\n      if (signal === 'unknown') throw new Refusal('outcome_unknown')",
  ],
  [
    'a lost answer is called a success',
    "if (signal === 'defect') throw error",
    "if (signal === 'defect') throw error\n      if (signal === 'unknown') return { kind: 'committed' }",
  ],
  [
    'an item that is held is asked for with the same bytes',
    'if (!isUnknown && isConflict(error)) throw new LostRace()',
    '',
  ],
  [
    'an item that is held is given up',
    'if (!isUnknown && isConflict(error)) throw new LostRace()',
    "if (!isUnknown && isConflict(error)) throw new Refusal('try_again')",
  ],
  [
    'an item that is held is called written',
    'if (!isUnknown && isConflict(error)) throw new LostRace()',
    "if (!isUnknown && isConflict(error)) return { kind: 'committed' }",
  ],
  [
    'throttling beside a conflict is taken for a lost race',
    "told.every((code) => code === 'TransactionConflict')",
    "told.some((code) => code === 'TransactionConflict')",
  ],
  ['a conflict after a lost answer is decided anew', 'if (!isUnknown && isConflict(error))', 'if (isConflict(error))'],
  ['a lost answer is forgotten when the next one is only busy', 'isUnknown ||= signal', 'isUnknown = signal'],
  [
    'an outcome that may have been written is told as one that was not',
    "isUnknown ? 'outcome_unknown' : 'try_again'",
    "'try_again'",
  ],
  ['what was not written is told as unknown', "isUnknown ? 'outcome_unknown' : 'try_again'", "'outcome_unknown'"],
  [
    'a transaction is sent without end',
    'tries === TRIES_MAX || ctx.elapsed() > DEADLINE_MS',
    'ctx.elapsed() > DEADLINE_MS && tries > 900',
  ],
  [
    'a transaction is sent eight times whatever time it is',
    'tries === TRIES_MAX || ctx.elapsed() > DEADLINE_MS',
    'tries === TRIES_MAX',
  ],
  [
    'a transaction is sent as often as the time allows',
    'tries === TRIES_MAX || ctx.elapsed() > DEADLINE_MS',
    'ctx.elapsed() > DEADLINE_MS',
  ],
  ['a transaction is sent again without a pause', '      await backOff(ctx, tries)\n', ''],
  [
    'each send has a token of its own',
    'new TransactWriteCommand(command)',
    'new TransactWriteCommand({ ...command, ClientRequestToken: randomUUID() })',
  ],
  [
    'a new decision goes under the old token',
    'ClientRequestToken: randomUUID(),',
    'ClientRequestToken: ((ctx as { token?: string }).token ??= randomUUID()),',
  ],
  [
    'the row that stood there is not told',
    "ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } as const",
    "ReturnValuesOnConditionCheckFailure: 'NONE' } as const",
  ],
  [
    'a fault beside a conflict is taken for a conflict',
    'told.every((code) => BUSY.has(code))',
    'told.some((code) => BUSY.has(code))',
  ],
  ['an answer of 500 is taken for a fault of ours', ">= 500 ? 'unknown' : 'defect'", ">= 900 ? 'unknown' : 'defect'"],
  ...[
    'TransactionConflict',
    'TransactionConflictException',
    'TransactionInProgressException',
    'ThrottlingError',
    'ThrottlingException',
    'ProvisionedThroughputExceeded',
    'ProvisionedThroughputExceededException',
    'RequestLimitExceeded',
  ].map((code) => [`${code} is not known as busy`, `\n  '${code}',\n`, '\n'] as const),
  ...['TimeoutError', 'ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN'].map(
    (code) => [`${code} is not known as a lost answer`, `'${code}'`, "''"] as const,
  ),
])

const COMMAND = inFile('platform/command.ts', [
  ['a command is open to every role', '      requireRole(ctx, allow)\n', ''],
  [
    'an input that is not understood is taken as it is',
    'if (!parsed.success) throw fieldErrors(parsed.error, raw)',
    'if (!parsed.success) return await run(ctx, raw as Input)',
  ],
  [
    'a lost race is given up',
    'if (!(error instanceof LostRace)) throw error',
    "if (error instanceof LostRace) throw new Refusal('try_again')\n      throw error",
  ],
  [
    'races are decided without end',
    'report.tries === DECISIONS_MAX || ctx.elapsed() > DEADLINE_MS',
    'ctx.elapsed() > DEADLINE_MS',
  ],
  [
    'races are decided whatever time it is',
    'report.tries === DECISIONS_MAX || ctx.elapsed() > DEADLINE_MS',
    'report.tries === DECISIONS_MAX',
  ],
  ['a race is decided again without a pause', '      await backOff(ctx, report.tries)\n', ''],
  ['a broken invariant raises no alarm', 'if (error instanceof InvariantBroken) reportInvariant(ctx, name, error)', ''],
])

const ONCE = inFile('platform/once.ts', [
  ['a key belongs to everybody', `\${ctx.actor.id}\\n\${commandName}`, `\${commandName}`],
  ['a key belongs to every command', `\\n\${commandName}\\n\${ctx.idempotencyKey}`, `\\n\${ctx.idempotencyKey}`],
  ['one key is as good as another', `\${commandName}\\n\${ctx.idempotencyKey}`, `\${commandName}`],
  ['a key may have any form', "if (!KEY.test(ctx.idempotencyKey)) throw new Refusal('idempotency_key_invalid')", ''],
  ['a key may be missing', "if (ctx.idempotencyKey === undefined) throw new Refusal('idempotency_key_required')", ''],
  [
    'an optional key is left unread',
    `return ctx.idempotencyKey === undefined ? \`O#\${sha256(ctx.newId('evt'))}\` : operationId(ctx, commandName)`,
    `return \`O#\${sha256(ctx.newId('evt'))}\``,
  ],
  [
    'every content has the same fingerprint',
    'return sha256(canonicalJson(input as Json))',
    "return sha256(canonicalJson('' as Json))",
  ],
  ['no refusal is one of state', 'return STATUS[code] === 409 || STATUS[code] === 410', 'return STATUS[code] === 0'],
  ['every refusal is one of state', 'return STATUS[code] === 409 || STATUS[code] === 410', 'return STATUS[code] > 0'],
  ['what was closed is not a refusal of state', 'STATUS[code] === 409 || STATUS[code] === 410', 'STATUS[code] === 409'],
  [
    'a refusal given again looks like a new one',
    'return new Refusal(stored.code, stored.details, stored.instance)',
    'return new Refusal(stored.code, stored.details)',
  ],
])

const TABLE = inFile('platform/table.ts', [
  [
    'one item is read eventually',
    '{ TableName: tables.names[table], Key: key, ConsistentRead: true }',
    '{ TableName: tables.names[table], Key: key }',
  ],
  ['many items are read eventually', '{ Keys: [...left], ConsistentRead: true }', '{ Keys: [...left] }'],
  ['a page is read eventually', 'ConsistentRead: true, ...CAPACITY, ...query', '...CAPACITY, ...query'],
  ['a refused single write is called a success', 'return plainRow(error.Item)', 'return undefined'],
  ['the row that a single write met is not told', "ReturnValuesOnConditionCheckFailure: 'ALL_OLD', ", ''],
  ['the client repeats transactions by itself', 'writer: client(1)', 'writer: client(4)'],
])

const ETAG = inFile('platform/etag.ts', [
  [
    'a change needs no If-Match',
    "if (ifMatch === undefined) throw new Refusal('if_match_required')",
    'if (ifMatch === undefined) return',
  ],
  ['any version may be changed', "if (ifMatch.trim() !== etagOf(version)) throw new Refusal('stale_version')", ''],
  ['what is made anew may name a version', "if (ifMatch !== undefined) throw new Refusal('stale_version')", ''],
])

export const PLATFORM_EDITS: readonly Row[] = [...TRANSACT, ...COMMAND, ...ONCE, ...TABLE, ...ETAG]
