/**
 * Where approvals lie and how they change: a decision is written only while nothing was decided, and a use only over an
 * approval of exactly this command, so that a yes counts once whatever runs at the same time.
 */
import type { Context } from '../platform/context.ts'
import { fingerprintOf } from '../platform/once.ts'
import { getItem, getItems, putIf, queryPage } from '../platform/table.ts'
import { type Key, keys, PARTITION, SORT } from '../platform/table-design.ts'
import { LostRace, transact, type Write } from '../platform/transact.ts'
import { type Approvable, type Approval, ApprovalRow, RequestRow } from './approval-schema.ts'

/** Partitions of the index: what waits is found without reading all that was ever decided. */
export const KINDS = ['APPROVAL#OPEN', 'APPROVAL#DECIDED'] as const
export type Kind = (typeof KINDS)[number]

/** One person's wish to do one thing. */
export type Wish = { readonly action: Approvable; readonly fingerprint: string; readonly requestedBy: string }
/** A wish that is said to be allowed. */
export type Use = Wish & { readonly id: string }

export async function loadApproval(ctx: Context, id: string): Promise<Approval | undefined> {
  const row = await getItem(ctx.table, 'Operations', keys.approval(id))
  return row && ApprovalRow.parse(row)
}

/** @returns the latest approval that was asked for by this person for this very command. */
export async function loadRequested(ctx: Context, wish: Wish): Promise<Approval | undefined> {
  const row = await getItem(ctx.table, 'Operations', requestKey(wish))
  return row && loadApproval(ctx, RequestRow.parse(row).approvalId)
}

/** @throws LostRace when the same person asked for the same command at the same moment. */
export async function insertApproval(ctx: Context, next: Approval, seen: Approval | undefined): Promise<void> {
  const outcome = await transact(ctx, [
    {
      table: 'Operations',
      failsAs: 'approval',
      put: { Item: rowOf(next), ConditionExpression: 'attribute_not_exists(pk)' },
    },
    {
      table: 'Operations',
      failsAs: 'request',
      put: {
        Item: { ...requestKey(next), rv: 1, approvalId: next.id },
        ...(seen
          ? { ConditionExpression: 'approvalId = :seen', ExpressionAttributeValues: { ':seen': seen.id } }
          : { ConditionExpression: 'attribute_not_exists(pk)' }),
      },
    },
  ])
  if (outcome.kind === 'refused') throw new LostRace()
}

/** @throws LostRace when somebody else decided since it was read. */
export async function commitDecision(ctx: Context, decided: Approval): Promise<void> {
  const stood = await putIf(ctx.table, 'Operations', {
    Item: rowOf(decided),
    ConditionExpression: '#state = :requested',
    ExpressionAttributeNames: { '#state': 'state' },
    ExpressionAttributeValues: { ':requested': 'requested' },
  })
  if (stood !== undefined) throw new LostRace()
}

/** Part of the transaction of the command. Costs 2 units, because the index entry stays as it is. */
export function useWrite<Label extends string>(use: Use, label: Label): Write<Label> {
  return {
    table: 'Operations',
    failsAs: label,
    update: {
      Key: keys.approval(use.id),
      UpdateExpression: 'SET #state = :used',
      ConditionExpression:
        '#state = :approved AND #action = :action AND fingerprint = :fingerprint AND requestedBy = :by',
      ExpressionAttributeNames: { '#state': 'state', '#action': 'action' },
      ExpressionAttributeValues: {
        ':used': 'used',
        ':approved': 'approved',
        ':action': use.action,
        ':fingerprint': use.fingerprint,
        ':by': use.requestedBy,
      },
    },
  }
}

/** Newest first, beginning below `before`; as of a moment ago, because an index is always a little late. */
export async function approvalsBefore(
  ctx: Context,
  { kind, before }: { readonly kind: Kind; readonly before?: string },
  limit: number,
): Promise<{ readonly approvals: readonly Approval[]; readonly last?: string }> {
  const page = await queryPage(ctx.table, 'Operations', {
    IndexName: 'byKind',
    ConsistentRead: false,
    KeyConditionExpression: before === undefined ? 'kind = :kind' : `kind = :kind AND ${SORT} < :before`,
    ExpressionAttributeValues: { ':kind': kind, ...(before !== undefined && { ':before': before }) },
    ScanIndexForward: false,
    Limit: limit,
  })
  const found = page.rows.map((row): Key => ({ pk: String(row[PARTITION]), sk: String(row[SORT]) }))
  const rows = found.length === 0 ? [] : await getItems(ctx.table, 'Operations', found)
  const approvals = rows.map((row) => ApprovalRow.parse(row)).sort((a, b) => (a.id < b.id ? 1 : -1))
  return { approvals, ...(page.last && { last: String(page.last[SORT]) }) }
}

function rowOf(approval: Approval) {
  const kind: Kind = approval.state === 'requested' ? 'APPROVAL#OPEN' : 'APPROVAL#DECIDED'
  return { ...keys.approval(approval.id), rv: 1, kind, ...approval }
}

function requestKey({ requestedBy, action, fingerprint }: Wish): Key {
  return keys.approvalRequest(fingerprintOf({ requestedBy, action, fingerprint }))
}
