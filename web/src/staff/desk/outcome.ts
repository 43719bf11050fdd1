/** What an answer to an award means at the desk: done, awarded before, in the way of another receipt, refused, or not known. */
import type { OutboxRow, TryOutcome } from '../../offline/outbox.ts'
import { kindOfAnswer } from '../../offline/outbox.ts'
import type { Problem } from '../../problem.ts'
import type { Awarded } from '../wire.ts'
import type { Outcome, Prior } from './desk-state.ts'

type Answer = {
  readonly isReplay: boolean
  readonly body: Awarded
  readonly by: string | undefined
  readonly isUndone: boolean
}

/**
 * The first try of ours that is a replay was somebody's award before; a later one is our own that was not heard. What was
 * undone since is told as such, whoever it was.
 */
export function sentOutcome({ isReplay, body, by, isUndone }: Answer, tries: number): TryOutcome {
  const { entry, balances } = body
  return {
    kind: 'sent',
    answer: {
      points: entry.points,
      available: balances.available,
      pending: balances.pending,
      entryId: entry.id,
      recordedAt: entry.recordedAt,
      ...(isReplay && (tries === 0 || isUndone) && { priorBy: by ?? '' }),
      ...(isUndone && { isUndone }),
    },
  }
}

export function failedOutcome(problem: Problem): TryOutcome {
  const { status, code, params = {}, retryAfterSeconds } = problem.facts
  const kind = kindOfAnswer(status, code)
  if (kind === 'stopped') return { kind }
  if (kind === 'refused') return { kind, code, params }
  return {
    kind: 'again',
    isNetwork: status === 0,
    ...(retryAfterSeconds !== undefined && { afterSeconds: retryAfterSeconds }),
  }
}

/** What the desk is told of a row after its try. `prior` is what the refusal said of the award in the way. */
export function outcomeOf(row: OutboxRow | undefined, prior: Prior | undefined, isOnline: boolean): Outcome {
  if (row === undefined) return { kind: 'unsure' }
  const { answer, refusal, state } = row
  if (state === 'sent' && answer) {
    const { priorBy, recordedAt, points, isUndone, ...rest } = answer
    if (priorBy === undefined) return { kind: 'done', result: { points, ...rest } }
    return {
      kind: 'duplicate',
      prior: { recordedAt, points, by: priorBy, memberName: null, ...(isUndone && { isUndone }) },
    }
  }
  if (state === 'refused' && refusal) {
    return prior ? { kind: 'conflict', prior } : { kind: 'refused', ...refusal }
  }
  return state === 'stopped' || !isOnline ? { kind: 'queued' } : { kind: 'unsure' }
}

/** @returns undefined where the refusal is about something else. */
export function priorOf(problem: Problem): Prior | undefined {
  if (problem.code !== 'receipt_conflict') return undefined
  const prior = recordOf(problem.facts.body?.prior)
  const { recordedAt, by, points } = prior
  if (typeof recordedAt !== 'string' || typeof points !== 'number') return undefined
  const { name } = recordOf(prior.member)
  return {
    recordedAt,
    points,
    by: typeof by === 'string' ? by : '',
    memberName: typeof name === 'string' ? name : null,
    ...(prior.undone === true && { isUndone: true }),
  }
}

/** Safe because an object has text keys and nothing is claimed of what they hold. */
function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}
