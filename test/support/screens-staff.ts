/** The screens of the staff page and the states that they are designed for, with the people of the demo business who show them. */
import type { routes } from '../../web/src/staff/routes.ts'
import { type Flow, signInAsStaff } from './pages.ts'
import { arrived, go, type Journey, type Stop } from './screens.ts'

type Route = keyof typeof routes.paths
type StaffStop = Stop<Route>

const at = (route: Route, path: string, shows: string, name = ''): StaffStop => ({
  ...{ name, route },
  async reach(flow) {
    await go(flow, path)
    await arrived(flow, shows)
  },
})

const does = (name: string, reach: (flow: Flow) => Promise<void>): StaffStop => ({ name, route: 'desk', reach })

/** An empty desk with the cursor in its first field. */
async function emptyDesk(flow: Flow): Promise<void> {
  const { page } = flow
  await go(flow, '/staff/shift')
  await arrived(flow, 'h1')
  await go(flow, '/staff/')
  await page.locator('#query').waitFor()
  for (const _ of ['panel', 'form', 'member', 'text']) await page.keyboard.press('Escape')
  await page.locator('#query').focus()
}

async function type({ page }: Flow, text: string): Promise<void> {
  await page.keyboard.type(text)
  await page.keyboard.press('Enter')
}

type Member = { readonly key: string; readonly name: string }

/** Members of the demo business are known by the number that their shop gave them. */
async function findMember(flow: Flow, { key, name }: Member): Promise<void> {
  await flow.page.locator('#query:focus').waitFor()
  await type(flow, `demo-${key}`)
  await flow.page.getByRole('heading', { name }).waitFor()
  await flow.page.locator('#receipt:focus').waitFor()
}

export async function award(flow: Flow, sale: Member & { readonly receipt: string; readonly minor: number }) {
  await findMember(flow, sale)
  await type(flow, sale.receipt)
  await flow.page.locator('#amount:focus').waitFor()
  // Six digits as fast as a program types them would be a scanner's.
  await flow.page.keyboard.insertText(String(sale.minor))
  await flow.page.keyboard.press('Enter')
  await arrived(flow, '.banner-balance')
}

async function find(flow: Flow, key: string, name: string): Promise<void> {
  await emptyDesk(flow)
  await findMember(flow, { key, name })
}

async function panel(flow: Flow, key: string): Promise<void> {
  await flow.page.keyboard.press(key)
  await flow.page.locator('.desk-form h2, dialog[open]').first().waitFor()
}

const CASHIER: Journey<Route> = {
  who: 'a cashier of one store',
  async enter(flow) {
    await signInAsStaff(flow, { name: 'May Chan' })
    await arrived(flow, '#query')
  },
  stops: [
    does('empty', emptyDesk),
    does('with a mistake', async (flow) => {
      await emptyDesk(flow)
      await type(flow, 'no such thing')
      await flow.page.locator('.omnibox-wrong').waitFor()
    }),
    does('with nobody', async (flow) => {
      await emptyDesk(flow)
      await type(flow, '+44 7700 900123')
      await flow.page.getByText('+44 7700 900123').first().waitFor()
    }),
    does('with a member', (flow) => find(flow, 'meiling', '陳美玲')),
    does('with a frozen member', (flow) => find(flow, 'fred', 'Fred Frost')),
    does('with a member in debt', (flow) => find(flow, 'dora', 'Dora Debt')),
    does('with an amount', async (flow) => {
      await find(flow, 'long', 'Maximiliana')
      await type(flow, 'M1')
      await flow.page.locator('#amount:focus').waitFor()
      await flow.page.keyboard.insertText('128000')
      await flow.page.locator('.quote-points').getByText(/\d/).waitFor()
    }),
    does('with an award that is done', async (flow) => {
      await emptyDesk(flow)
      await award(flow, { key: 'elsa', name: 'Elsa Exner', receipt: `M${Date.now()}`, minor: 128_000 })
    }),
    does('enrolling', async (flow) => {
      await emptyDesk(flow)
      await panel(flow, 'F4')
    }),
    does('redeeming', async (flow) => {
      await find(flow, 'grace', 'Grace Gold')
      await panel(flow, 'F3')
      await arrived(flow, '.reward-line')
    }),
    does('refunding', async (flow) => {
      await emptyDesk(flow)
      await panel(flow, 'F9')
    }),
    does('with its keys shown', async (flow) => {
      await emptyDesk(flow)
      await flow.page.keyboard.press('F1')
      await arrived(flow, 'dialog[open]')
    }),
    at('shift', '/staff/shift', 'h1'),
    at('device', '/staff/device', 'h1'),
    at('people', '/staff/people', '.note', 'forbidden'),
  ],
}

const ADMIN: Journey<Route> = {
  who: 'an admin',
  async enter({ page, say }) {
    await page.goto('/staff/')
    await page.getByRole('button', { name: say('action.signIn'), exact: true }).click()
    await page.getByRole('button', { name: 'Ada Moreno' }).click()
    await page.locator('.gate-list').waitFor()
  },
  stops: [
    at('desk', '/staff/', '.gate-list', 'choosing a store'),
    at('people', '/staff/people', '.person'),
    {
      name: 'inviting',
      route: 'people',
      async reach(flow) {
        await go(flow, '/staff/shift')
        await go(flow, '/staff/people')
        await flow.page.getByRole('button', { name: flow.say('people.invite') }).click()
        await arrived(flow, 'form')
      },
    },
  ],
}

export const STAFF_JOURNEYS: readonly Journey<Route>[] = [
  {
    who: 'nobody',
    enter: async (flow) => {
      await flow.page.goto('/staff/')
      await arrived(flow, '.gate')
    },
    stops: [at('desk', '/staff/', '.gate', 'signed out'), at('display', '/staff/display', '.display')],
  },
  CASHIER,
  ADMIN,
]
