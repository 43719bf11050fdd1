/** Tells an account that a contact of its member was proven: once, with the welcome bonus of the program. */
import { command } from '../platform/command.ts'
import { fingerprintOf, naturalOperationId } from '../platform/once.ts'
import { versionAt } from '../program/book.ts'
import { findBook } from '../program/current.ts'
import { once } from './operation.ts'
import { decideVerified } from './proving.ts'
import { VerifyMemberInput } from './schema.ts'
import { shownOutcome } from './statement.ts'
import { loadNamedAccount } from './store.ts'

const NAME = 'points.verifyMember'

/**
 * Once for ever per account, however often and from wherever it is called; one unit where it is done already. Before any
 * program is published nothing can be promised, so nothing happens yet and the next sign-in asks again.
 * @returns whether the contact counts as verified now. Refuses: `not_found`, `account_closed`.
 */
export const verifyMember = command({
  name: NAME,
  input: VerifyMemberInput,
  allow: ['system'],
  async run(ctx, { memberId }) {
    const loaded = await loadNamedAccount(ctx, memberId)
    if (loaded.account.hasVerifiedContact) return { verified: true }
    const book = await findBook(ctx)
    if (book === undefined) return { verified: false }
    const subject = { memberId: loaded.account.memberId }
    await once(ctx, {
      operation: naturalOperationId(NAME, subject.memberId),
      fingerprint: fingerprintOf(subject),
      memberId: subject.memberId,
      version: versionAt(book, ctx.now),
      statuses: ['ACTIVE', 'FROZEN'],
      load: async () => loaded,
      decide: ({ account }, terms) => decideVerified(account, terms),
      show: (entry) => shownOutcome(entry, ctx.language),
    })
    return { verified: true }
  },
})
