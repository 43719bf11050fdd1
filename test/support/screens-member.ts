/** The screens of the member page and the states that they are designed for, with the people of the demo business who show them. */

import { expect } from 'vitest'
import type { routes } from '../../web/src/member/routes.ts'
import { type Flow, newEmail, signInByEmail } from './pages.ts'
import { arrived, go, type Journey, openAll, type Stop } from './screens.ts'

type Route = keyof typeof routes.paths
type MemberStop = Stop<Route>

const at = (route: Route, path: string, shows: string, name = ''): MemberStop => ({
  ...{ name, route },
  async reach(flow) {
    await go(flow, path)
    await arrived(flow, shows)
  },
})

/** A member of the demo business, by e-mail and code. */
export async function signInAsMember(flow: Flow, key: string): Promise<void> {
  const { page, say } = flow
  await page.goto('/')
  await page.getByRole('button', { name: say('action.signIn'), exact: true }).click()
  await signInByEmail(flow, `${key}@hearth.example`)
  await arrived(flow, '.balance-number')
}

const member = (key: string, who: string, stops: readonly MemberStop[]): Journey<Route> => ({
  ...{ who: `${who} (${key})`, stops },
  enter: (flow) => signInAsMember(flow, key),
})

const CARD = at('card', '/', '.balance-number')

const STRANGER: Journey<Route> = {
  who: 'a stranger',
  async enter(flow) {
    await flow.page.goto('/')
    await arrived(flow, '.welcome')
  },
  stops: [
    at('card', '/', '.welcome-gives'),
    at('terms', '/terms', '.terms-part'),
    at('invited', '/r/K7Q2M4XZ', '.welcome'),
    at('stranger', '/c/630012345678.K7Q2M4XZ', '.note-empty'),
    at('rewards', '/rewards', '.note-empty'),
    at('reward', '/rewards/rwd_none', '.note-empty'),
    at('reservation', '/reservations/rsv_none', '.note-empty'),
    at('contact', '/me/contact', '.note-empty'),
    at('join', '/join', '.note-empty'),
    at('me', '/me', '.form'),
  ],
}

const NEWCOMER: Journey<Route> = {
  who: 'somebody who has not joined',
  async enter(flow) {
    // Who is not a member has nothing that could be read.
    flow.expectFailures(/\/v1\/me(?:\/[\w?=&]+)?$/)
    await flow.page.goto('/')
    await flow.page.getByRole('button', { name: flow.say('welcome.join'), exact: true }).click()
    await signInByEmail(flow, newEmail('newcomer'))
    await arrived(flow, '.form')
  },
  stops: [
    at('card', '/', '.note-empty'),
    at('rewards', '/rewards', '.note-empty'),
    at('join', '/join', '.form'),
    {
      name: 'refused',
      route: 'join',
      async reach(flow) {
        await go(flow, '/join')
        await flow.page.getByLabel(flow.say('join.name')).fill('   ')
        await flow.page.locator('.form [type=checkbox][required]').check()
        await flow.page.getByRole('button', { name: flow.say('join.start'), exact: true }).click()
        await arrived(flow, '.note-problem')
      },
    },
  ],
}

async function toReward(flow: Flow, name: string): Promise<void> {
  await go(flow, '/rewards')
  await flow.page.getByRole('link', { name: new RegExp(name) }).click()
  await arrived(flow, '.price')
}

async function askFor(flow: Flow, name: string): Promise<void> {
  await toReward(flow, name)
  await flow.page.getByRole('button', { name: flow.say('reward.redeem'), exact: true }).click()
  await flow.page.getByRole('dialog').waitFor()
}

async function take(flow: Flow, name: string): Promise<void> {
  await askFor(flow, name)
  await flow.page.getByRole('button', { name: flow.say('reward.confirmButton'), exact: true }).click()
}

const does = (route: Route, name: string, reach: (flow: Flow) => Promise<void>): MemberStop => ({ name, route, reach })

/** Somebody with much to spend, who comes to everything that can be done. */
const SPENDER = member('peter', 'platinum, with a refund', [
  CARD,
  at('code', '/code', '.code-qr svg'),
  at('rewards', '/rewards', '.row-can'),
  does('reward', 'that can be had', (flow) => toReward(flow, 'Home design visit')),
  does('reward', 'asked for', (flow) => askFor(flow, 'Bedside lamp')),
  does('reservation', 'open', async (flow) => {
    await take(flow, 'Bedside lamp')
    await arrived(flow, '.timer')
  }),
  at('card', '/', '.row-action', 'with something set aside'),
  does('rewards', 'with a limit that is reached', async (flow) => {
    await go(flow, '/rewards')
    await flow.page.getByText(/At most 1 a year/).waitFor()
  }),
  does('reservation', 'cancelled', async (flow) => {
    await go(flow, '/')
    await flow.page.getByText(flow.say('reservation.show'), { exact: true }).click()
    await flow.page.locator('.timer').waitFor()
    await flow.page.locator('.screen .button-wide').click()
    await arrived(flow, '.note')
  }),
  does('reward', 'that was given', async (flow) => {
    await take(flow, 'Tea for two')
    await arrived(flow, '.done .code-qr svg')
  }),
  does('vouchers', 'opened', async (flow) => {
    await go(flow, '/vouchers')
    await arrived(flow, '.entry')
    await openAll(flow)
    await arrived(flow, '.code-qr svg')
  }),
  does('activity', 'opened and verified', async (flow) => {
    await go(flow, '/activity')
    await arrived(flow, '.entry')
    await flow.page.getByRole('button', { name: flow.say('verify.start') }).click()
    await flow.page.getByRole('button', { name: flow.say('verify.save') }).waitFor()
    await openAll(flow)
  }),
  at('invite', '/invite', '.note-empty'),
  at('invited', '/r/K7Q2M4XZ', '.note', 'by a member'),
  at('contact', '/me/contact', '.steps'),
  does('consents', 'with an answer', async (flow) => {
    await go(flow, '/me/consents')
    await arrived(flow, '.consent')
    await flow.page.locator('.consent [type=checkbox]').first().click()
    await flow.page.locator('#consent-history').waitFor()
  }),
  at('me', '/me', '.pairs'),
  does('me', 'asked whether to end it', async (flow) => {
    await go(flow, '/me')
    await flow.page.getByRole('button', { name: flow.say('mine.close'), exact: true }).click()
    await flow.page.getByRole('dialog').waitFor()
  }),
  does('me', 'whose ending was asked for', async (flow) => {
    await go(flow, '/me')
    const close = flow.page.getByRole('button', { name: flow.say('mine.close'), exact: true })
    if ((await close.count()) > 0) {
      await close.click()
      await flow.page.getByRole('dialog').locator('.button-seal').click()
    }
    await flow.page.getByRole('button', { name: flow.say('mine.closeBack') }).waitFor()
  }),
  does('reward', 'without a network', async (flow) => {
    await toReward(flow, 'Tea for two')
    flow.expectFailures(/\/v1\//)
    await flow.context.setOffline(true)
    await arrived(flow, '.strip')
    expect(await flow.page.getByRole('button', { name: flow.say('reward.redeem') }).isDisabled()).toBe(true)
  }),
])

export const MEMBER_JOURNEYS: readonly Journey<Route>[] = [
  STRANGER,
  NEWCOMER,
  member('nina', 'no points yet', [
    CARD,
    at('rewards', '/rewards', '.row'),
    does('reward', 'that is too dear', (flow) => toReward(flow, 'Bedside lamp')),
    at('reward', '/rewards/rwd_none', '.note-problem', 'that is not there'),
    at('vouchers', '/vouchers', '.note-empty'),
    at('activity', '/activity', '.entry'),
    does('reservation', 'that is not there', async (flow) => {
      flow.expectFailures(/\/v1\/me\/reservations\/rsv_none$/)
      await go(flow, '/reservations/rsv_none')
      await arrived(flow, '.note-problem')
    }),
  ]),
  SPENDER,
  member('paul', 'everything pending', [CARD]),
  member('elsa', 'points that expire soon', [CARD]),
  member('fred', 'frozen', [CARD]),
  member('dora', 'in debt', [CARD]),
  member('long', 'a very long name', [CARD, at('me', '/me', '.pairs')]),
]
