/**
 * An approval: one person asks for one command, an admin who is somebody else says yes or no, and a yes is used once,
 * inside the command that it allows.
 */
import * as z from 'zod'
import { isoTime } from '../shared/dates.ts'
import { idPattern } from '../shared/ids.ts'
import { plainText, StoreId } from './value-schema.ts'

export const APPROVABLE = ['points.adjust', 'members.merge'] as const
export type Approvable = (typeof APPROVABLE)[number]

export const APPROVAL_STATES = ['requested', 'approved', 'used', 'rejected', 'expired'] as const
export type ApprovalState = (typeof APPROVAL_STATES)[number]

/** Numbers and ids only: what was said about a person stays with the command. */
export const Summary = z.record(z.string().max(32), z.union([z.int(), z.string().regex(/^[A-Za-z0-9._:-]{1,64}$/)]))
export type Summary = z.infer<typeof Summary>

const Decision = z.object({
  decision: z.enum(['approve', 'reject']),
  reason: z.string(),
  by: z.string(),
  at: z.int(),
})

export const Approval = z.object({
  id: z.string(),
  action: z.enum(APPROVABLE),
  /** Of the input of the command, without the approval itself. */
  fingerprint: z.string(),
  memberId: z.string(),
  storeId: StoreId.optional(),
  summary: Summary,
  requestedBy: z.string(),
  requestedAt: z.int(),
  /** After this nobody may decide any more; absent where the program sets no end. */
  expiresAt: z.int().optional(),
  state: z.enum(['requested', 'approved', 'used', 'rejected']),
  decided: Decision.optional(),
})
export type Approval = z.infer<typeof Approval>

/** The row; `kind` is the partition of the index that lists it. */
export const ApprovalRow = z
  .object({ rv: z.literal(1), ...Approval.shape })
  .transform(({ rv: _rv, ...approval }): Approval => approval)

/** The latest request of one person for one command, so that asking twice is asking once. */
export const RequestRow = z.object({ rv: z.literal(1), approvalId: z.string() })

/** A request that nobody decided in time has expired, whether or not anything was written since. */
export function stateOf({ state, expiresAt }: Approval, now: number): ApprovalState {
  return state === 'requested' && expiresAt !== undefined && expiresAt <= now ? 'expired' : state
}

/** Whose points the command moves: the member it is about, and the one who gets all that is theirs. */
export function membersOf({ memberId, summary }: Approval): string[] {
  return typeof summary.into === 'string' ? [memberId, summary.into] : [memberId]
}

const REASON_MAX = 500

export const DecisionInput = z.strictObject({
  approvalId: z.string().regex(idPattern('apr')),
  decision: z.enum(['approve', 'reject']),
  reason: plainText(REASON_MAX),
})

export type ApprovalView = {
  readonly id: string
  readonly state: ApprovalState
  readonly action: Approvable
  readonly memberId: string
  readonly storeId: string | null
  readonly summary: Summary
  readonly requestedBy: string
  readonly requestedAt: string
  readonly expiresAt: string | null
  readonly decidedBy: string | null
  readonly decidedAt: string | null
  readonly reason: string | null
}

export function approvalView(approval: Approval, state: ApprovalState): ApprovalView {
  const { id, action, memberId, storeId, summary, requestedBy, requestedAt, expiresAt, decided } = approval
  return {
    id,
    state,
    action,
    memberId,
    storeId: storeId ?? null,
    // The table keeps fields in no order; an answer has the same bytes each time.
    summary: Object.fromEntries(Object.entries(summary).sort(([a], [b]) => (a < b ? -1 : 1))),
    requestedBy,
    requestedAt: isoTime(requestedAt),
    expiresAt: expiresAt === undefined ? null : isoTime(expiresAt),
    decidedBy: decided?.by ?? null,
    decidedAt: decided === undefined ? null : isoTime(decided.at),
    reason: decided?.reason ?? null,
  }
}
