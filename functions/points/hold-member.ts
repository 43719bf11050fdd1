/** Holds an account for a day because its member changed a contact: it earns all the while, and spends and sends nothing. */
import { command } from '../platform/command.ts'
import { fingerprintOf, naturalOperationId } from '../platform/once.ts'
import { versionAt } from '../program/book.ts'
import { programBook } from '../program/current.ts'
import { once } from './operation.ts'
import { decideContactHold } from './proving.ts'
import { HoldMemberInput } from './schema.ts'
import { shownOutcome } from './statement.ts'
import { loadNamedAccount } from './store.ts'

const NAME = 'points.holdMember'

/** Once per change. @returns the STATE entry of 0 points. Refuses: `not_found`, `account_closed`, `program_missing`. */
export const holdMember = command({
  name: NAME,
  input: HoldMemberInput,
  allow: ['system'],
  async run(ctx, input) {
    return once(ctx, {
      operation: naturalOperationId(NAME, input.memberId, input.change),
      fingerprint: fingerprintOf(input),
      memberId: input.memberId,
      version: versionAt(await programBook(ctx), ctx.now),
      statuses: ['ACTIVE', 'FROZEN'],
      load: loadNamedAccount,
      decide: ({ account }, terms) => decideContactHold(account, terms),
      show: (entry) => shownOutcome(entry, ctx.language),
    })
  },
})
