/**
 * One way through for every command known by its Idempotency-Key: the effect and its guard in one transaction, a refusal
 * that depended on the state recorded in the guard's place, and either given again for ever.
 */
import type { Context } from '../platform/context.ts'
import { Answer, REPLAYED } from '../platform/http.ts'
import { givenAgain, isOfState, storedRefusal } from '../platform/once.ts'
import { Refusal, STATUS } from '../platform/problem.ts'
import type { Write } from '../platform/transact.ts'
import type { ProgramVersion } from '../program/book.ts'
import type { Entry } from './entry.ts'
import { type Decided, DecidedRow } from './row-schema.ts'
import { loadEntry } from './statement-store.ts'
import {
  type Commit,
  commit,
  type Label,
  type Loaded,
  lapsedLots,
  loadAccount,
  loadOperation,
  operationWrite,
  recordRefusal,
} from './store.ts'

export type Operation<Decision extends Commit['decision']> = {
  readonly operation: string
  readonly fingerprint: string
  readonly memberId: string
  readonly version: ProgramVersion
  readonly statuses: Commit['statuses']
  readonly decide: (loaded: Loaded, terms: ReturnType<typeof termsOf>) => Decision
  /** Whatever else belongs to the effect. */
  readonly writes?: (decision: Decision, entry: Entry) => readonly Write<Label>[]
  readonly show: (entry: Entry) => unknown
}

export async function once<Decision extends Commit['decision']>(
  ctx: Context,
  about: Operation<Decision>,
): Promise<Answer<unknown>> {
  const { operation, fingerprint, version } = about
  try {
    const loaded = await loadAccount(ctx, about.memberId)
    const decision = about.decide(loaded, termsOf(ctx, version, loaded))
    const committed = await commit(ctx, {
      loaded,
      decision,
      operation,
      program: { version: version.version, zone: version.document.zone },
      statuses: about.statuses,
      writes: (entry) => [operationWrite(operation, fingerprint, entry), ...(about.writes?.(decision, entry) ?? [])],
    })
    if (committed.kind === 'committed') return new Answer(201, about.show(committed.entry))
    return await answerAgain(ctx, DecidedRow.parse(committed.row), about)
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
  { operation, fingerprint }: Pick<Operation<never>, 'operation' | 'fingerprint'>,
): Promise<Decided | undefined> {
  if (!isOfState(refusal)) return STATUS[refusal.code] >= 500 ? undefined : loadOperation(ctx, operation)
  return recordRefusal(ctx, operation, { rv: 1, fp: fingerprint, refusal: storedRefusal(ctx, refusal) })
}

async function answerAgain(ctx: Context, before: Decided, about: Pick<Operation<never>, 'fingerprint' | 'show'>) {
  if (before.fp !== about.fingerprint) throw new Refusal('idempotency_key_reused')
  if (before.refusal) throw givenAgain(before.refusal)
  if (before.memberId === undefined || before.seq === undefined)
    throw new Error('an operation without refusal or entry')
  return new Answer(201, about.show(await loadEntry(ctx, before.memberId, before.seq)), REPLAYED)
}
