/** Takes a person onto the staff: their sign-in in the pool, what they may do in a record. */
import { Answer, REPLAYED } from '../platform/answer.ts'
import { command } from '../platform/command.ts'
import type { Context } from '../platform/context.ts'
import { etagOf } from '../platform/etag.ts'
import { fingerprintOf, givenAgain, operationId, storedRefusal } from '../platform/once.ts'
import { Refusal } from '../platform/problem.ts'
import { storeOf } from './current.ts'
import { requireActiveStaff } from './staff-current.ts'
import { InviteInput, type StaffPool, type StaffRecord, staffView } from './staff-schema.ts'
import { commitStaff, type Invitation, loadInvitation, loadStaff, recordInvitationRefusal } from './staff-store.ts'

const NAME = 'program.inviteStaff'

/**
 * Invites once per Idempotency-Key. The pool comes first: when the record then fails, the repeat finds the person in the
 * pool and goes on, and without a record and without a group a sign-in may do nothing.
 * @returns the record, `invited` until the first sign-in; 201.
 * Refuses: `staff_exists`, `store_not_found`, `idempotency_key_reused`, `principal_disabled`.
 */
export function inviteStaff(pool: StaffPool) {
  return command({
    name: NAME,
    input: InviteInput,
    allow: ['admin'],
    async run(ctx, input) {
      await requireActiveStaff(ctx)
      const key = { operation: operationId(ctx, NAME), fp: fingerprintOf(input) }
      const before = await loadInvitation(ctx, key.operation)
      if (before) return again(before, key.fp)
      await requireStores(ctx, input.stores)
      const id = await pool.invite({ email: input.email, name: input.name })
      try {
        if (await loadStaff(ctx, id)) throw new Refusal('staff_exists', { more: { staffId: id } })
        const next: StaffRecord = { ...input, id, household: input.household ?? [], state: 'invited', version: 1 }
        await commitStaff(ctx, { next, invitation: key })
        return shown(next)
      } catch (error) {
        if (!(error instanceof Refusal)) throw error
        const decided = await recordInvitationRefusal(ctx, key, storedRefusal(ctx, error))
        if (decided) return again(decided, key.fp)
        throw error
      }
    },
  })
}

/** @throws Refusal `store_not_found` */
export async function requireStores(ctx: Context, stores: StaffRecord['stores']): Promise<void> {
  if (stores === '*') return
  for (const storeId of stores) await storeOf(ctx, storeId)
}

function again({ fp, record, refusal }: Invitation, wanted: string) {
  if (fp !== wanted) throw new Refusal('idempotency_key_reused')
  if (refusal) throw givenAgain(refusal)
  if (record === undefined) throw new Error('an invitation without a record or a refusal')
  return shown(record, REPLAYED)
}

function shown(record: StaffRecord, headers: Readonly<Record<string, string>> = {}) {
  return new Answer(201, staffView(record), { ETag: etagOf(record.version), ...headers })
}
