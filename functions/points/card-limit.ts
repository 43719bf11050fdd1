/**
 * How many points may go in one local day while nobody but the card was shown: whoever found a card can name its member,
 * so beyond the program's limit the member must show the code that only the member's phone makes.
 */
import { type NamedMember, requireCurrent } from '../members/find.ts'
import { hasRole } from '../platform/auth.ts'
import type { Context } from '../platform/context.ts'
import { Refusal } from '../platform/problem.ts'
import type { Write } from '../platform/transact.ts'
import type { ProgramVersion } from '../program/book.ts'
import { localDate } from '../shared/dates.ts'
import { type Counter, counterName } from './earning.ts'
import { counterWrites, type Label, type Loaded, loadAccount, loadCounters } from './store.ts'

/** No rule of a program can have this id. */
const RULE_ID = '~card'

export type CardLimit = {
  /** Reads the account and what was spent by card today. @throws Refusal `member_not_found`, `code_expired` */
  readonly load: (ctx: Context, memberId: string) => Promise<Loaded>
  /** Points that may still go today; `undefined` where nothing limits them. Known once the account is loaded. */
  readonly left: () => number | undefined
  /** @throws Refusal `card_only_limit` */
  readonly require: (points: number) => void
  /** What is counted in the transaction of the spending. Room is not given back: a void does not show the member. */
  readonly writes: (memberId: string, points: number) => readonly Write<Label>[]
}

/** Limits what the desk and the tills spend of a member who was only named; nobody of them may do more. */
export function cardLimit(ctx: Context, named: NamedMember, { document }: ProgramVersion): CardLimit {
  const limit = document.redemption.cardOnlyMaxPoints
  const isBound = limit !== undefined && named.proof !== 'shown' && hasRole(ctx.actor, ...DESK)
  const counter: Counter = { ruleId: RULE_ID, period: localDate(ctx.now, document.zone), counts: 'points' }
  let used = 0
  return {
    async load(context, memberId) {
      requireCurrent(named)
      const loaded = await loadAccount(context, memberId)
      if (isBound) used = await usedOf(context, loaded.account.memberId, counter)
      return loaded
    },
    left: () => (isBound ? Math.max(0, limit - used) : undefined),
    require(points) {
      if (!isBound || used + points <= limit) return
      throw new Refusal('card_only_limit', { params: { limit, used, left: Math.max(0, limit - used) } })
    },
    writes: (memberId, points) =>
      isBound ? counterWrites(memberId, new Map([[counterName(counter), used + points]])) : [],
  }
}

const DESK = ['cashier', 'manager', 'admin', 'pos'] as const

async function usedOf(ctx: Context, memberId: string, counter: Counter): Promise<number> {
  return (await loadCounters(ctx, memberId, [counter])).get(counterName(counter)) ?? 0
}
