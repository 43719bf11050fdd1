/** Writes down what time did to one account, so that events, the statement and the `due` index follow without a visitor. */
import * as z from 'zod'
import { command } from '../platform/command.ts'
import { versionAt } from '../program/book.ts'
import { programBook } from '../program/current.ts'
import { idPattern } from '../shared/ids.ts'
import { termsOf } from './operation.ts'
import { settle } from './settle.ts'
import { commit, loadOwnAccount } from './store.ts'

/** Names the entries of the sweep; no key guards them, because settling twice finds nothing the second time. */
const OPERATION = 'SWEEP'

/**
 * Releases matured points, times out reservations, expires lots and drops old debt of one account, as whoever touches it
 * next would. @returns whether anything was due. Refuses: `member_not_found`.
 */
export const settleAccount = command({
  name: 'points.settle',
  input: z.strictObject({ memberId: z.string().regex(idPattern('mem')) }),
  allow: ['system'],
  async run(ctx, { memberId }) {
    const version = versionAt(await programBook(ctx), ctx.now)
    const loaded = await loadOwnAccount(ctx, memberId)
    const settled = settle(loaded.account, termsOf(ctx, version, loaded))
    if (settled.postings.length === 0) return { isSettled: false }
    await commit(ctx, {
      loaded,
      decision: { ...settled, main: 0 },
      operation: OPERATION,
      program: { version: version.version, zone: version.document.zone },
      statuses: ['ACTIVE', 'FROZEN'],
      writes: () => [],
    })
    return { isSettled: true }
  },
})
