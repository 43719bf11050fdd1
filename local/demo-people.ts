/**
 * The named people of the demo business: one for each state that a page must be able to show. Times are days before the
 * day on which the business is loaded, so that every state is true on that day.
 */
import type { DemoStore } from './demo-program.ts'

/** What happens to a member, in this order. Amounts are Hong Kong cents. */
export type Step =
  | { readonly do: 'buy'; readonly minor: number; readonly daysAgo: number; readonly category?: string }
  /** Takes back goods of the n-th purchase, from 1. */
  | { readonly do: 'refund'; readonly of: number; readonly minor: number; readonly daysAgo: number }
  | { readonly do: 'redeem'; readonly points: number }
  | { readonly do: 'reserve'; readonly points: number }
  | { readonly do: 'freeze' }

export type DemoPerson = {
  /** Part of receipt numbers and keys, and the mail address. */
  readonly key: string
  readonly name: string
  readonly locale: 'en' | 'zh-Hant' | 'zh-Hans'
  readonly storeId: DemoStore
  /** Has signed in once, which proves the address. */
  readonly hasSignedIn: boolean
  readonly phone?: string
  readonly birthday?: { readonly month: number; readonly day: number }
  readonly acceptsMail?: boolean
  readonly steps: readonly Step[]
}
export type NamedPerson = DemoPerson & { readonly why: string }

const buy = (minor: number, daysAgo: number, category?: string): Step => ({
  ...{ do: 'buy', minor, daysAgo },
  ...(category !== undefined && { category }),
})

const signedIn = { hasSignedIn: true, locale: 'en', storeId: 'central' } as const

export const NAMED: readonly NamedPerson[] = [
  { ...signedIn, key: 'nina', name: 'Nina Novak', why: 'no points yet', steps: [] },
  {
    ...{ ...signedIn, key: 'paul', name: 'Paul Peng', why: 'one purchase, its points still pending' },
    steps: [buy(128_000, 3)],
  },
  {
    ...{ ...signedIn, key: 'elsa', name: 'Elsa Exner', why: 'points that expire soon' },
    // 24 months less twenty days, rounded up to the end of the month: at most 51 days are left.
    steps: [buy(640_000, 710)],
  },
  {
    ...{ ...signedIn, key: 'grace', name: 'Grace Gold', why: 'gold, almost platinum' },
    steps: [buy(3_800_000, 200), buy(3_900_000, 60, 'lighting')],
  },
  {
    ...{ ...signedIn, key: 'peter', name: 'Peter Platt', why: 'platinum, with a refund' },
    steps: [
      buy(5_000_000, 220),
      buy(4_500_000, 90),
      buy(300_000, 40),
      { do: 'refund', of: 3, minor: 100_000, daysAgo: 30 },
    ],
  },
  {
    ...{ ...signedIn, key: 'fred', name: 'Fred Frost', why: 'frozen: earns, and cannot spend' },
    steps: [buy(420_000, 75), { do: 'freeze' }],
  },
  {
    ...{ ...signedIn, key: 'dora', name: 'Dora Debt', why: 'in debt: spent points whose purchase came back' },
    steps: [buy(500_000, 40), { do: 'redeem', points: 400 }, { do: 'refund', of: 1, minor: 500_000, daysAgo: 1 }],
  },
  {
    ...{ ...signedIn, key: 'rosa', name: 'Rosa Reyes', why: 'an open reservation, for a week' },
    steps: [buy(700_000, 50), { do: 'reserve', points: 300 }],
  },
  {
    ...{ ...signedIn, key: 'una', name: 'Una Unger', why: 'address not proven: points, and may not spend them' },
    // Signing in proves the address and ends this state, as it would in life.
    ...{ hasSignedIn: false, steps: [buy(350_000, 60)] },
  },
  {
    ...{ ...signedIn, key: 'leap', name: 'Leo Leap', why: 'birthday on 29 February' },
    birthday: { month: 2, day: 29 },
    steps: [buy(90_000, 30)],
  },
  {
    ...{ ...signedIn, key: 'long', why: 'a very long name', storeId: 'kowloon' },
    name: 'Maximiliana Theodora Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh de la Santísima Trinidad',
    steps: [buy(210_000, 45)],
  },
  {
    ...{ ...signedIn, key: 'meiling', name: '陳美玲', why: 'name and pages in traditional Chinese', locale: 'zh-Hant' },
    ...{ storeId: 'north', steps: [buy(1_250_000, 120), buy(980_000, 35, 'lighting'), buy(46_000, 2)] },
  },
  {
    ...{ ...signedIn, key: 'xiaoming', name: '李晓明', why: 'name and pages in simplified Chinese', locale: 'zh-Hans' },
    ...{ storeId: 'kowloon', steps: [buy(260_000, 100), { do: 'redeem', points: 200 }, buy(88_000, 5)] },
  },
]
