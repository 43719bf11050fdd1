/** Changes what a person on the staff may do, ends their access, or gives it back. */
import { Answer } from '../platform/answer.ts'
import { command } from '../platform/command.ts'
import { etagOf, requireVersion } from '../platform/etag.ts'
import { Refusal } from '../platform/problem.ts'
import { requireActiveStaff } from './staff-current.ts'
import { requireStores } from './staff-invite.ts'
import { PatchStaffInput, patchedStaff, type StaffPool, staffView } from './staff-schema.ts'
import { commitStaff, loadStaff } from './staff-store.ts'

/**
 * The record is written first: from then on no token is made or renewed and within ten seconds no points move. The pool
 * follows; when it cannot be reached the answer is 503, and the same change is sent again over the new version.
 * @returns the record with its new version.
 * Refuses: `own_account` for the caller's own record, `last_admin`, `store_not_found`, `if_match_required`,
 * `stale_version`, `not_found`.
 */
export function patchStaff(pool: StaffPool) {
  return command({
    name: 'program.patchStaff',
    input: PatchStaffInput,
    allow: ['admin'],
    async run(ctx, input) {
      await requireActiveStaff(ctx)
      const seen = await loadStaff(ctx, input.staffId)
      if (seen === undefined) throw new Refusal('not_found')
      if (seen.id === ctx.actor.id) throw new Refusal('own_account')
      requireVersion(input.ifMatch || undefined, seen.version)
      if (input.stores !== undefined) await requireStores(ctx, input.stores)
      const next = patchedStaff(seen, input)
      await commitStaff(ctx, { seen, next })
      if (input.disabled === true) await pool.disable(next.id)
      if (input.disabled === false) await pool.enable(next.id)
      return new Answer(200, staffView(next), { ETag: etagOf(next.version) })
    },
  })
}
