/** At most three things worth saying to the customer, the more pressing first. */
import type { Account } from '../../wire.ts'
import type { DeskReward, Served } from '../wire.ts'

export type Hint =
  | { readonly kind: 'birthday'; readonly day: string }
  | { readonly kind: 'expiring'; readonly points: number; readonly on: string }
  | { readonly kind: 'reward'; readonly name: DeskReward['name']; readonly points: number }
  | {
      readonly kind: 'tier'
      readonly name: string
      readonly missing: number
      readonly measure: 'spend' | 'points' | 'visits'
    }

const HINTS_MAX = 3
const BIRTHDAY_DAYS = 7
const EXPIRING_DAYS = 30
/** The next tier is near when what is missing is at most this share of the whole way. */
const NEAR_SHARE = 0.1
const DAY_MS = 86_400_000

export type Facts = {
  readonly member: Pick<Served, 'birthday'> | undefined
  readonly account: Pick<Account, 'balances' | 'expiring' | 'tier'> | undefined
  readonly rewards: readonly DeskReward[]
  /** The program's day, `YYYY-MM-DD`. */
  readonly today: string
}

export function hintsOf({ member, account, rewards, today }: Facts): Hint[] {
  const hints: (Hint | undefined)[] = [
    birthdayHint(member?.birthday ?? undefined, today),
    expiryHint(account?.expiring ?? [], today),
    rewardHint(rewards, account?.balances.available ?? 0),
    tierHint(account?.tier ?? undefined),
  ]
  return hints.filter((hint) => hint !== undefined).slice(0, HINTS_MAX)
}

function birthdayHint(birthday: { month: number; day: number } | undefined, today: string): Hint | undefined {
  if (birthday === undefined) return undefined
  const start = Date.parse(today)
  const monthDay = `${String(birthday.month).padStart(2, '0')}-${String(birthday.day).padStart(2, '0')}`
  for (let ahead = 0; ahead <= BIRTHDAY_DAYS; ahead += 1) {
    const day = new Date(start + ahead * DAY_MS).toISOString().slice(0, 10)
    if (day.slice(5) === monthDay) return { kind: 'birthday', day }
  }
  return undefined
}

function expiryHint(expiring: Account['expiring'], today: string): Hint | undefined {
  const last = new Date(Date.parse(today) + EXPIRING_DAYS * DAY_MS).toISOString().slice(0, 10)
  const next = expiring.find(({ on }) => on !== null && on <= last)
  return next?.on ? { kind: 'expiring', points: next.points, on: next.on } : undefined
}

/** The dearest that the member can have now: the one worth a word. */
function rewardHint(rewards: readonly DeskReward[], available: number): Hint | undefined {
  const best = rewards
    .filter((reward) => reward.available && reward.points <= available)
    .toSorted((a, b) => b.points - a.points)[0]
  return best && { kind: 'reward', name: best.name, points: best.points }
}

function tierHint(tier: NonNullable<Account['tier']> | undefined): Hint | undefined {
  if (tier?.next === undefined) return undefined
  const { missing, name } = tier.next
  const whole = tier.measure.value + missing
  return missing <= whole * NEAR_SHARE ? { kind: 'tier', name, missing, measure: tier.measure.kind } : undefined
}
