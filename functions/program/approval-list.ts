/** Lists what somebody asked to be allowed: what still waits first, newest first. */
import * as z from 'zod'
import { type Actor, hasRole, isOwnStore } from '../platform/auth.ts'
import { command } from '../platform/command.ts'
import type { Context } from '../platform/context.ts'
import { pageQuery, readCursor, writeCursor } from '../platform/cursor.ts'
import { APPROVAL_STATES, type Approval, type ApprovalState, approvalView, stateOf } from './approval-schema.ts'
import { approvalsBefore, KINDS, type Kind } from './approval-store.ts'
import { StoreId } from './value-schema.ts'

const NAME = 'program.listApprovals'

/** Readings of one call, each of as many rows as were asked for and one more; those that the caller may not see count too. */
const READINGS_MAX = 10
const ROWS_MAX = 100

const ApprovalsQuery = z.strictObject({
  ...pageQuery,
  state: z.enum(APPROVAL_STATES).optional(),
  storeId: StoreId.optional(),
})
type Filter = Pick<z.infer<typeof ApprovalsQuery>, 'state' | 'storeId'>

/** Everything of this kind that is newer was looked at. */
type Position = { readonly kind: Kind; readonly before?: string }

/**
 * Managers see requests of their stores and their own, admins and auditors all. A page may be shorter than asked and
 * still go on.
 * Refuses: `invalid_cursor`.
 */
export const listApprovals = command({
  name: NAME,
  input: ApprovalsQuery,
  allow: ['manager', 'admin', 'auditor'],
  async run(ctx, { limit, cursor, ...filter }) {
    const name = [NAME, filter.state ?? null, filter.storeId ?? null]
    const start = cursor === undefined ? first(filter) : position(await readCursor(ctx, name, cursor))
    const { items, next } = await gather(ctx, { start, limit, filter })
    return {
      items: items.map((approval) => approvalView(approval, stateOf(approval, ctx.now))),
      nextCursor: next === undefined ? null : await writeCursor(ctx, name, `${next.kind} ${next.before ?? ''}`),
    }
  },
})

type Asked = { readonly start: Position; readonly limit: number; readonly filter: Filter }

async function gather(ctx: Context, { start, limit, filter }: Asked) {
  const items: Approval[] = []
  let at: Position | undefined = start
  for (let readings = 0; at !== undefined && readings < READINGS_MAX; readings += 1) {
    const { kind }: Position = at
    const page = await approvalsBefore(ctx, at, Math.min(limit + 1, ROWS_MAX))
    for (const approval of page.approvals) {
      if (items.length === limit) return { items, next: at }
      at = { kind, before: approval.id }
      if (isShown(ctx, approval, filter)) items.push(approval)
    }
    at = page.last === undefined ? following(kind, filter) : { kind, before: page.last }
  }
  return { items, next: at }
}

function isShown(ctx: Context, approval: Approval, { state, storeId }: Filter): boolean {
  if (state !== undefined && stateOf(approval, ctx.now) !== state) return false
  if (storeId !== undefined && approval.storeId !== storeId) return false
  return maySee(ctx.actor, approval)
}

function maySee(actor: Actor, { requestedBy, storeId }: Approval): boolean {
  if (hasRole(actor, 'admin', 'auditor') || requestedBy === actor.id) return true
  return storeId === undefined ? actor.stores === '*' : isOwnStore(actor, storeId)
}

function kindsOf({ state }: Filter): readonly Kind[] {
  if (state === undefined) return KINDS
  return isUndecided(state) ? ['APPROVAL#OPEN'] : ['APPROVAL#DECIDED']
}

function isUndecided(state: ApprovalState): boolean {
  return state === 'requested' || state === 'expired'
}

function first(filter: Filter): Position {
  return { kind: kindsOf(filter)[0] ?? 'APPROVAL#OPEN' }
}

function following(kind: Kind, filter: Filter): Position | undefined {
  const kinds = kindsOf(filter)
  const next = kinds[kinds.indexOf(kind) + 1]
  return next && { kind: next }
}

/** As the cursor has it, which nobody but us can write. */
function position(text: string): Position {
  const [name, before = ''] = text.split(' ')
  const kind = KINDS.find((one) => one === name) ?? 'APPROVAL#OPEN'
  return before === '' ? { kind } : { kind, before }
}
