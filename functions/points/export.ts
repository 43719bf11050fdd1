/** A member's own data in one piece: what is kept of the person, and the account with its history. */
import * as z from 'zod'
import { exportedProfile } from '../members/export.ts'
import { requireFreshSignIn } from '../members/fresh-sign-in.ts'
import { command } from '../platform/command.ts'
import { Refusal } from '../platform/problem.ts'
import { isoTime } from '../shared/dates.ts'
import { accountView, settledAccount } from './get-account.ts'
import { statementPage } from './list-entries.ts'
import { proofPage } from './proof.ts'

const LINES_MAX = 100

/**
 * @returns profile, contacts, the record of consents, account, the newest 100 lines of the statement and the first 1,000
 * entries as the proof has them; the cursors lead on under `/v1/me/entries` and `/v1/me/proof`.
 * Refuses: `sign_in_again`, `not_found`.
 */
export const exportOwn = command({
  name: 'points.exportOwn',
  input: z.strictObject({}),
  allow: ['member'],
  async run(ctx) {
    requireFreshSignIn(ctx)
    const { memberId } = ctx.actor
    if (memberId === undefined) throw new Refusal('not_found')
    const account = await settledAccount(ctx, memberId)
    const person = await exportedProfile(ctx, account.memberId)
    if (person === undefined) throw new Refusal('not_found')
    const statement = await statementPage(ctx, { memberId: account.memberId, limit: LINES_MAX })
    return {
      exportedAt: isoTime(ctx.now),
      ...person,
      account: await accountView(ctx, account),
      statement,
      proof: await proofPage(ctx, { memberId: account.memberId }),
    }
  },
})
