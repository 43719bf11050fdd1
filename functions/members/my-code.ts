/** The code that members show at the till: a new one every half minute, good for a minute at most. */
import * as z from 'zod'
import { command } from '../platform/command.ts'
import { Refusal } from '../platform/problem.ts'
import { isoTime } from '../shared/dates.ts'
import { cardCode } from './card-code.ts'
import { presentMember } from './present.ts'

/** @returns `code` as a till takes it, the card number in it, and when the code ends. Refuses: `not_found`. */
export const myCode = command({
  name: 'members.myCode',
  input: z.strictObject({}),
  allow: ['member'],
  async run(ctx) {
    const { memberId } = ctx.actor
    const member = memberId === undefined ? undefined : await presentMember(ctx, memberId)
    if (member === undefined || member.standing === 'closed') throw new Refusal('not_found')
    const { cardNumber } = member.profile
    const { code, expiresAt } = cardCode(await ctx.secret(), cardNumber, ctx.now)
    return { code, cardNumber, expiresAt: isoTime(expiresAt) }
  },
})
