/**
 * Where the records of the staff lie. Each change goes over the record and the head that were seen, so that two changes at
 * once can neither overlook one another nor take away the last admin together.
 */
import * as z from 'zod'
import type { Context } from '../platform/context.ts'
import { StoredRefusal } from '../platform/once.ts'
import { Refusal } from '../platform/problem.ts'
import { getItem, putIfAbsent, queryPage } from '../platform/table.ts'
import { keys } from '../platform/table-design.ts'
import { LostRace, transact, type Write } from '../platform/transact.ts'
import { isActiveAdmin, type StaffHead, StaffHeadRow, type StaffRecord, StaffRow } from './staff-schema.ts'

export async function loadStaff(ctx: Context, id: string): Promise<StaffRecord | undefined> {
  const row = await getItem(ctx.table, 'Operations', keys.staff(id))
  return row && StaffRow.parse(row)
}

/** How many admins may act. */
export async function activeAdmins(ctx: Context): Promise<number> {
  const row = await getItem(ctx.table, 'Operations', keys.staffHead())
  return row === undefined ? 0 : StaffHeadRow.parse(row).admins
}

export async function staffAfter(
  ctx: Context,
  after: string,
  limit: number,
): Promise<{ readonly items: readonly StaffRecord[]; readonly next?: string }> {
  const { pk } = keys.staff(after)
  const page = await queryPage(ctx.table, 'Operations', {
    // No id is empty, but DynamoDB takes no empty value for a key.
    KeyConditionExpression: after === '' ? 'pk = :pk' : 'pk = :pk AND sk > :sk',
    ExpressionAttributeValues: { ':pk': pk, ...(after !== '' && { ':sk': after }) },
    Limit: limit,
  })
  const items = page.rows.map((row) => StaffRow.parse(row))
  const last = items.at(-1)
  return { items, ...(page.last && last && { next: last.id }) }
}

/** What an invitation ended in, so that a repeat is answered as at first. */
export const InvitationRow = z.object({
  rv: z.literal(1),
  fp: z.string(),
  record: StaffRow.optional(),
  refusal: StoredRefusal.optional(),
})
export type Invitation = z.infer<typeof InvitationRow>
export type InvitationKey = { readonly operation: string; readonly fp: string }

export async function loadInvitation(ctx: Context, operation: string): Promise<Invitation | undefined> {
  const row = await getItem(ctx.table, 'Operations', keys.operation(operation))
  return row && InvitationRow.parse(row)
}

/** @returns what was decided under this key before, or undefined when this is kept. */
export async function recordInvitationRefusal(
  ctx: Context,
  { operation, fp }: InvitationKey,
  refusal: StoredRefusal,
): Promise<Invitation | undefined> {
  const stood = await putIfAbsent(ctx.table, 'Operations', { ...keys.operation(operation), rv: 1, fp, refusal })
  return stood && InvitationRow.parse(stood)
}

type Change = { readonly seen?: StaffRecord; readonly next: StaffRecord; readonly invitation?: InvitationKey }
type Label = 'operation' | 'staff' | 'head'

/**
 * Writes a record over the one that was seen.
 * @throws Refusal `last_admin`, `staff_exists` for a new record where one is, `stale_version` where the seen one changed
 * @throws LostRace when another record of the staff changed at the same moment, or the same invitation was sent twice
 */
export async function commitStaff(ctx: Context, { seen, next, invitation }: Change): Promise<void> {
  const headRow = await getItem(ctx.table, 'Operations', keys.staffHead())
  const head = headRow && StaffHeadRow.parse(headRow)
  const change = Number(isActiveAdmin(next)) - Number(isActiveAdmin(seen))
  const admins = (head?.admins ?? 0) + change
  if (change < 0 && admins === 0) throw new Refusal('last_admin')
  const outcome = await transact<Label>(ctx, [
    ...(invitation ? [invitationWrite(invitation, next)] : []),
    staffWrite(seen, next),
    headWrite(head, { admins, version: (head?.version ?? 0) + 1 }),
  ])
  if (outcome.kind === 'committed') return
  if (outcome.failed.some(({ failsAs }) => failsAs === 'operation')) throw new LostRace()
  if (!outcome.failed.some(({ failsAs }) => failsAs === 'staff')) throw new LostRace()
  throw new Refusal(seen ? 'stale_version' : 'staff_exists')
}

function invitationWrite({ operation, fp }: InvitationKey, record: StaffRecord): Write<Label> {
  return {
    table: 'Operations',
    failsAs: 'operation',
    put: {
      Item: { ...keys.operation(operation), rv: 1, fp, record: { rv: 1, ...record } },
      ConditionExpression: 'attribute_not_exists(pk)',
    },
  }
}

function staffWrite(seen: StaffRecord | undefined, next: StaffRecord): Write<Label> {
  return {
    table: 'Operations',
    failsAs: 'staff',
    put: { Item: { ...keys.staff(next.id), rv: 1, ...next }, ...overVersion(seen?.version) },
  }
}

function headWrite(seen: StaffHead | undefined, next: StaffHead): Write<Label> {
  return {
    table: 'Operations',
    failsAs: 'head',
    put: { Item: { ...keys.staffHead(), rv: 1, ...next }, ...overVersion(seen?.version) },
  }
}

function overVersion(version: number | undefined) {
  if (version === undefined) return { ConditionExpression: 'attribute_not_exists(pk)' }
  return { ConditionExpression: 'version = :version', ExpressionAttributeValues: { ':version': version } }
}
