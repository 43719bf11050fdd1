/** Every entry in canonical form with the hashes that link it, so that anyone can verify the history without us. */
import * as z from 'zod'
import { memberBrief } from '../members/find.ts'
import { hasRole, isOwnStore } from '../platform/auth.ts'
import { command } from '../platform/command.ts'
import type { Context } from '../platform/context.ts'
import { cursorText, readCursor, writeCursor } from '../platform/cursor.ts'
import { Refusal } from '../platform/problem.ts'
import { canonicalEntry } from './entry.ts'
import { AccountQuery } from './schema.ts'
import { entriesAfter } from './statement-store.ts'
import { loadNamedAccount, loadOwnAccount } from './store.ts'

/** A thousand entries are about 700 KB; a Lambda may answer 6 MB. */
const ENTRIES_MAX = 1_000

const Query = z.strictObject({ ...AccountQuery.shape, cursor: cursorText })

/** @returns entries oldest first, the head hash and the version; more than 1,000 come in pages. Refuses: `not_found`. */
export const getProof = command({
  name: 'points.getProof',
  input: Query,
  allow: ['manager', 'admin', 'auditor'],
  async run(ctx, query) {
    await requireMayProve(ctx, query.memberId)
    return proofPage(ctx, query)
  },
})

export async function proofPage(ctx: Context, { memberId, cursor }: z.infer<typeof Query>) {
  const { account } = await loadNamedAccount(ctx, memberId, loadOwnAccount)
  const filter = ['proof', memberId]
  const after = cursor === undefined ? 0 : Number(await readCursor(ctx, filter, cursor))
  const found = await entriesAfter(ctx, memberId, { limit: ENTRIES_MAX, after })
  // An entry newer than the account that was read belongs to the next proof.
  const entries = found.filter((entry) => entry.seq <= account.version)
  const last = entries.at(-1)
  return {
    memberId,
    version: account.version,
    head: account.head,
    entries: entries.map((entry) => ({ canonical: canonicalEntry(entry), hash: entry.hash })),
    nextCursor: last && last.seq < account.version ? await writeCursor(ctx, filter, String(last.seq)) : null,
  }
}

/** Managers prove the accounts of their own stores' members. */
async function requireMayProve(ctx: Context, memberId: string): Promise<void> {
  if (hasRole(ctx.actor, 'admin', 'auditor')) return
  const member = await memberBrief(ctx, memberId)
  const isOwn =
    member !== undefined &&
    (ctx.actor.stores === '*' || (member.storeId !== undefined && isOwnStore(ctx.actor, member.storeId)))
  if (!isOwn) throw new Refusal('not_found')
}
