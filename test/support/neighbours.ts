/**
 * More members of a till's shop and the product itself, for commands on two accounts and for those without a route:
 * `const [ann, bob] = await neighbours(till); await ann.send(bob, 50)`
 */
import { SYSTEM } from '../../functions/platform/auth.ts'
import { type Context, contextOf } from '../../functions/platform/context.ts'
import type { Reply } from './api.ts'
import { accepted, type Commands, commandsOf, type Till } from './till.ts'

export type Member = Commands & {
  readonly id: string
  readonly externalId: string
  readonly send: (to: { readonly id: string }, points: number, key?: string) => Promise<Reply>
}

/** Two new members; `commands` are an admin's for them, `send` is their own. */
export async function neighbours(till: Till): Promise<readonly [Member, Member]> {
  return [await aNeighbour(till), await aNeighbour(till)]
}

export async function aNeighbour(till: Till): Promise<Member> {
  const { api, client, next } = till
  const externalId = next()
  const id: string = accepted(await client.post('/v1/members', { externalId, storeId: 'central' }, { key: next() }))
    .body.id
  return { ...commandsOf(client, { api, memberId: id, next }), id, externalId, send: sender(till, id) }
}

function sender({ api, next }: Till, memberId: string): Member['send'] {
  const own = api.as('member', { memberId })
  return (to, points, key = next()) => own.post('/v1/me/transfers', { to: to.id, points }, { key })
}

/** The product itself, as a schedule or the stream calls it. */
export function ourselves({ api }: Pick<Till, 'api'>, key?: string): Context {
  const request = { actor: SYSTEM, now: api.clock.now(), requestId: 'ourselves', language: 'en' } as const
  return contextOf(api.services, { ...request, ...(key !== undefined && { idempotencyKey: key }) })
}

export type Standing = 'freeze' | 'unfreeze' | 'close'

export function stand({ client, next }: Till, id: string, deed: Standing, key = next()): Promise<Reply> {
  return client.post(`/v1/members/${id}/${deed}`, { reason: 'Asked for' }, { key })
}

/** Mona, a manager, merges; without an approval she asks for one. */
export function askMerge(
  { api, next }: Till,
  [from, into]: readonly [string, string],
  { approvalId, key = next() }: { readonly approvalId?: string; readonly key?: string } = {},
): Promise<Reply> {
  const mona = api.as('manager', { id: 'mona' })
  return mona.post(`/v1/members/${from}/merge`, { into, ...(approvalId !== undefined && { approvalId }) }, { key })
}

/** What Ida, an admin, has agreed to. @returns the approval's id */
export async function approvedMerge(till: Till, pair: readonly [string, string]): Promise<string> {
  const { approvalId } = (await askMerge(till, pair)).body
  const path = `/v1/program/approvals/${approvalId}/decision`
  accepted(await till.api.as('admin', { id: 'ida' }).post(path, { decision: 'approve', reason: 'One person' }))
  return approvalId
}

/** Merges with all that it takes. @throws where it is refused */
export async function mergeInto(till: Till, from: { readonly id: string }, into: { readonly id: string }) {
  const approvalId = await approvedMerge(till, [from.id, into.id])
  return accepted(await askMerge(till, [from.id, into.id], { approvalId }))
}
