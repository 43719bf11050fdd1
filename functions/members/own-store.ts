/** Keys and queries of what members ask for themselves: the record of their consents, and requests to be closed. */
import * as z from 'zod'
import type { Context } from '../platform/context.ts'
import { queryPage } from '../platform/table.ts'
import { keys } from '../platform/table-design.ts'
import { type Outcome, transact } from '../platform/transact.ts'
import { CHANNELS, type Profile, PURPOSES } from './row-schema.ts'
import { type ChangeLabel, profileUpdate } from './store.ts'

const CloseRequestRow = z.object({ rv: z.literal(1), memberId: z.string(), requestedAt: z.int() })

/** The mark on the profile and the row that lists it, together. */
export async function updateCloseRequest(ctx: Context, before: Profile, after: Profile): Promise<Outcome<ChangeLabel>> {
  const { memberId, closeRequestedAt: requestedAt } = after
  const key = keys.closeRequest(memberId)
  const listed =
    requestedAt === undefined ? { remove: { Key: key } } : { put: { Item: { ...key, rv: 1, memberId, requestedAt } } }
  return transact<ChangeLabel>(ctx, [profileUpdate(before, after), { table: 'Members', failsAs: 'version', ...listed }])
}

export async function closeRequests(ctx: Context, limit: number, after?: string) {
  const page = await queryPage(ctx.table, 'Members', {
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: { ':pk': keys.closeRequest('').pk },
    Limit: limit,
    ...(after !== undefined && { ExclusiveStartKey: keys.closeRequest(after) }),
  })
  return { requests: page.rows.map((row) => CloseRequestRow.parse(row)), next: page.last?.sk }
}

const ConsentRow = z.object({
  rv: z.literal(1),
  sk: z.string(),
  changes: z.array(z.object({ purpose: z.enum(PURPOSES), channel: z.enum(CHANNELS), granted: z.boolean() })),
  text: z.string().optional(),
  source: z.string(),
  at: z.int(),
})
export type ConsentEvent = Omit<z.infer<typeof ConsentRow>, 'rv' | 'sk'>

/** What was granted and withdrawn, newest first, from before the change `before`. */
export async function consentEvents(ctx: Context, memberId: string, page: { limit: number; before?: string }) {
  const { pk, sk } = keys.consent(memberId, '')
  const { rows, last } = await queryPage(ctx.table, 'Members', {
    KeyConditionExpression: 'pk = :pk AND begins_with(sk, :sk)',
    ExpressionAttributeValues: { ':pk': pk, ':sk': sk },
    ScanIndexForward: false,
    Limit: page.limit,
    ...(page.before !== undefined && { ExclusiveStartKey: keys.consent(memberId, page.before) }),
  })
  return { events: rows.map((row) => ConsentRow.parse(row)), next: last?.sk.slice(sk.length) }
}
