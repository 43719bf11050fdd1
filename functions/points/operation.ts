/**
 * One way through for every command known by its Idempotency-Key: the effect and its guard in one transaction, a refusal
 * that depended on the state recorded in the guard's place, and either given again for ever.
 */

import { Answer, REPLAYED } from '../platform/answer.ts'
import type { Context } from '../platform/context.ts'
import { givenAgain, isOfState, storedRefusal } from '../platform/once.ts'
import { Refusal, STATUS } from '../platform/problem.ts'
import type { Write } from '../platform/transact.ts'
import type { ProgramVersion } from '../program/book.ts'
import { requireActiveStaff } from '../program/staff-current.ts'
import type { Entry } from './entry.ts'
import type { Move } from './move-store.ts'
import { type Decided, DecidedRow } from './row-schema.ts'
import { loadEntry } from './statement-store.ts'
import {
  commitAll,
  type Label,
  type Loaded,
  lapsedLots,
  loadAccount,
  loadOperation,
  operationWrite,
  type Part,
  recordRefusal,
} from './store.ts'

type Key = {
  readonly operation: string
  readonly fingerprint: string
  readonly version: ProgramVersion
  readonly show: (entry: Entry) => unknown
}

export type Operation<Decision extends Part['decision']> = Key & {
  readonly memberId: string
  readonly statuses: Part['statuses']
  /** Default: the account of a member named in the body. */
  readonly load?: typeof loadAccount
  readonly decide: (loaded: Loaded, terms: ReturnType<typeof termsOf>) => Decision
  /** Whatever else belongs to the effect. */
  readonly writes?: (decision: Decision, entry: Entry) => readonly Write<Label>[]
  readonly moves?: (decision: Decision, entry: Entry) => readonly Move[]
}

/** A command on several accounts; the first part is the one that it is answered from. */
export type WideOperation = Key & {
  readonly parts: () => Promise<readonly Part[]>
  readonly writes?: (entries: readonly Entry[]) => readonly Write<Label>[]
  readonly moves?: (entries: readonly Entry[]) => readonly Move[]
}

export function once<Decision extends Part['decision']>(
  ctx: Context,
  { memberId, statuses, load = loadAccount, decide, writes, moves, ...key }: Operation<Decision>,
): Promise<Answer<unknown>> {
  let decision: Decision | undefined
  return onceWide(ctx, {
    ...key,
    async parts() {
      const loaded = await load(ctx, memberId)
      decision = decide(loaded, termsOf(ctx, key.version, loaded))
      return [{ loaded, decision, statuses }]
    },
    writes: ([entry]) => (decision && entry && writes?.(decision, entry)) ?? [],
    moves: ([entry]) => (decision && entry && moves?.(decision, entry)) ?? [],
  })
}

export async function onceWide(ctx: Context, about: WideOperation): Promise<Answer<unknown>> {
  const { operation, fingerprint, version } = about
  await requireActiveStaff(ctx)
  try {
    const parts = await about.parts()
    await requireActiveStaff(ctx, ...parts.map(({ loaded }) => loaded.account.memberId))
    const committed = await commitAll(ctx, {
      parts,
      operation,
      program: { version: version.version, zone: version.document.zone },
      writes: (entries) => [
        ...entries.slice(0, 1).map((entry) => operationWrite(operation, fingerprint, entry)),
        ...(about.writes?.(entries) ?? []),
      ],
      moves: about.moves,
    })
    if (committed.kind === 'decided') return await answerAgain(ctx, DecidedRow.parse(committed.row), about)
    const [entry] = committed.entries
    if (entry === undefined) throw new Error('an operation without an entry')
    return new Answer(201, about.show(entry))
  } catch (error) {
    if (!(error instanceof Refusal) || error.firstInstance !== undefined) throw error
    const before = await decidedInstead(ctx, error, about)
    if (before === undefined) throw error
    return answerAgain(ctx, before, about)
  }
}

export function termsOf(ctx: Context, version: ProgramVersion, loaded: Loaded) {
  return { now: ctx.now, program: version.document, lapsed: lapsedLots(loaded) }
}

/** What is wrong with the request itself is not recorded, but a key that was used before still answers as before. */
async function decidedInstead(
  ctx: Context,
  refusal: Refusal,
  { operation, fingerprint }: Pick<Key, 'operation' | 'fingerprint'>,
): Promise<Decided | undefined> {
  if (!isOfState(refusal)) return STATUS[refusal.code] >= 500 ? undefined : loadOperation(ctx, operation)
  return recordRefusal(ctx, operation, { rv: 1, fp: fingerprint, refusal: storedRefusal(ctx, refusal) })
}

async function answerAgain(ctx: Context, before: Decided, about: Pick<Key, 'fingerprint' | 'show'>) {
  if (before.fp !== about.fingerprint) throw new Refusal('idempotency_key_reused')
  if (before.refusal) throw givenAgain(before.refusal)
  if (before.memberId === undefined || before.seq === undefined)
    throw new Error('an operation without refusal or entry')
  return new Answer(201, about.show(await loadEntry(ctx, before.memberId, before.seq)), REPLAYED)
}
