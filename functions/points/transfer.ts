/** A member sends points to another member; both accounts change in one transaction or neither does. */
import { command } from '../platform/command.ts'
import { fingerprintOf, operationId } from '../platform/once.ts'
import { Refusal, refuseFields } from '../platform/problem.ts'
import { versionAt } from '../program/book.ts'
import { programBook } from '../program/current.ts'
import { onceWide, termsOf } from './operation.ts'
import { TransferInput } from './schema.ts'
import { shownOutcome } from './statement.ts'
import { loadAccount, loadNamedAccount } from './store.ts'
import { decideTransfer } from './transferring.ts'

const NAME = 'points.transfer'

/**
 * Sends available points once per Idempotency-Key; they keep their last valid days, and nothing brings them back.
 * @returns the TRANSFER_OUT entry, points negative, and the sender's balances after it.
 * Refuses: `transfer_disabled`, `transfer_limit`, `receiver_unavailable`, `member_not_found`, `out_of_range` below the
 * program's least, and with all `reasons` what refuses a redemption.
 */
export const transfer = command({
  name: NAME,
  input: TransferInput,
  allow: ['member'],
  async run(ctx, input) {
    const operation = operationId(ctx, NAME)
    const { memberId } = ctx.actor
    if (memberId === undefined) throw new Refusal('not_found')
    const version = versionAt(await programBook(ctx), ctx.now)
    return onceWide(ctx, {
      operation,
      fingerprint: fingerprintOf(input),
      version,
      async parts() {
        const [sender, receiver] = await Promise.all([loadNamedAccount(ctx, memberId), loadAccount(ctx, input.to)])
        if (sender.account.memberId === receiver.account.memberId) {
          throw refuseFields([{ pointer: '/to', code: 'invalid_value' }])
        }
        const terms = { sender: termsOf(ctx, version, sender), receiver: termsOf(ctx, version, receiver) }
        const accounts = { sender: sender.account, receiver: receiver.account }
        const decision = decideTransfer(accounts, input.points, terms)
        return [
          { loaded: sender, decision: decision.out, statuses: ['ACTIVE'] },
          { loaded: receiver, decision: decision.in, statuses: ['ACTIVE'] },
        ]
      },
      show: (entry) => shownOutcome(entry, ctx.language),
    })
  },
})
