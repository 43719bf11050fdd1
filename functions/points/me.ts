/** A member's own card, statement and proof. */
import * as z from 'zod'
import { memberBrief } from '../members/find.ts'
import type { Actor } from '../platform/auth.ts'
import { command } from '../platform/command.ts'
import { cursorText, pageQuery } from '../platform/cursor.ts'
import { Refusal } from '../platform/problem.ts'
import { accountView, settledAccount } from './get-account.ts'
import { statementPage } from './list-entries.ts'
import { proofPage } from './proof.ts'

/** All that the first screen needs: who, the card, balances, and what expires when. Refuses: `not_found`. */
export const myCard = command({
  name: 'points.myCard',
  input: z.strictObject({}),
  allow: ['member'],
  async run(ctx) {
    const memberId = ownId(ctx.actor)
    const account = await settledAccount(ctx, memberId)
    const member = await memberBrief(ctx, account.memberId)
    if (member === undefined) throw new Refusal('not_found')
    const { name = null, cardNumber } = member
    return { name, cardNumber, ...(await accountView(ctx, account)) }
  },
})

export const myEntries = command({
  name: 'points.myEntries',
  input: z.strictObject(pageQuery),
  allow: ['member'],
  run: (ctx, query) => statementPage(ctx, { ...query, memberId: ownId(ctx.actor) }),
})

export const myProof = command({
  name: 'points.myProof',
  input: z.strictObject({ cursor: cursorText }),
  allow: ['member'],
  run: (ctx, query) => proofPage(ctx, { ...query, memberId: ownId(ctx.actor) }),
})

function ownId({ memberId }: Actor): string {
  if (memberId === undefined) throw new Refusal('not_found')
  return memberId
}
