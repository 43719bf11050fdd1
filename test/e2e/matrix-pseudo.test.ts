/**
 * The pages in a language that nobody speaks: English with accents, a third longer. Whatever has no accents was not taken from
 * a catalogue, and whatever does not fit would not fit the next language either.
 */
import { expect, test } from 'vitest'
import { type Flow, flowOpener, signInByEmail } from '../support/pages.ts'
import { textsOf, unreadable } from '../support/screen-checks.ts'
import { arrived, go } from '../support/screens.ts'

/** What the business and its people have written themselves, and what the reader's own language says of days. */
const DATA = [
  /^(?:Hearth Club|Central 中環|North Point 北角|Kowloon 九龍 九龙|Silver|Gold|Platinum)$/,
  /^[\d,]+ points$/,
  /^(?:Tea for two|HK\$100 voucher|Bedside lamp|Home design visit|While stock lasts\.)$/,
  /^(?:Rosa Reyes|May Chan|[\w.-]+@[\w.-]+|\+?[\d ]+|[a-z]+(?:-\d+)+|[A-Z0-9]{8}|[KM]\d+)$/,
  /^(?:\d{1,2} )?[A-Z][a-z]{2,8}(?: \d{4})?(?: \d\d:\d\d)?$/,
  /^(?:free_delivery|design_visit|F\d+|Esc|Enter|\/|\d\d mm)$/,
]
const ACCENTED = /[áéíóúýñçšžŕĺďťğħĵķṕŵẋ]/i
const LETTERS = 'abcdefghijklmnopqrstuvwxyz'
const ACCENTS = 'áƀçďéƒğħíĵķĺɱñóṕɋŕšťúṽŵẋýž'

const open = flowOpener()

async function opened(area: 'member' | 'staff'): Promise<Flow> {
  const flow = await open({ area, viewport: { width: 320, height: 640 }, locale: 'en' })
  await inPseudo(flow)
  return flow
}

/** Letters with accents, vowels twice. Escapes of the file stay as they are. */
function pseudo(text: string): string {
  return text.replace(/\\u[0-9a-f]{4}|\\.|[a-z]/gi, (each) => {
    const found = ACCENTS[LETTERS.indexOf(each.toLowerCase())]
    if (each.length > 1 || found === undefined) return each
    const letter = each === each.toLowerCase() ? found : found.toUpperCase()
    return 'aeiou'.includes(each) ? letter + letter : letter
  })
}

/** The built catalogues of English, with every literal changed on its way to the page. */
async function inPseudo(flow: Flow): Promise<void> {
  await flow.context.route(/\/assets\/en-[\w-]+\.js$/, async (route) => {
    const answer = await route.fetch()
    const body = (await answer.text()).replace(
      /("?type"?:0,"?value"?:)(["`])((?:\\.|(?!\2).)*)\2/g,
      (_, head: string, quote: string, text: string) => head + quote + pseudo(text) + quote,
    )
    await route.fulfill({ response: answer, body })
  })
}

const strange = (texts: readonly string[]) =>
  texts.filter(
    (text) => /\p{Script=Latin}/u.test(text) && !ACCENTED.test(text) && !DATA.some((data) => data.test(text)),
  )

async function look(flow: Flow, path: string, shows: string): Promise<void> {
  await go(flow, path)
  await arrived(flow, shows)
  expect(strange(await textsOf(flow.page)), `words of ${path} that are in no catalogue`).toEqual([])
  expect(await unreadable(flow.page), `${path} with longer words`).toEqual([])
}

const MEMBER_SCREENS = [
  ['/', '.balance-number'],
  ['/code', '.code-qr svg'],
  ['/rewards', '.row'],
  ['/vouchers', '.note'],
  ['/activity', '.entry'],
  ['/invite', '.note'],
  ['/me', '.pairs'],
  ['/me/consents', '.consent'],
  ['/me/contact', '.steps'],
  ['/terms', '.terms-part'],
] as const

const STAFF_SCREENS = [
  ['/staff/', '#query'],
  ['/staff/shift', 'h1'],
  ['/staff/device', 'h1'],
  ['/staff/people', '.note'],
] as const

test('the member page says nothing that is in no catalogue, and holds longer words', async () => {
  const flow = await opened('member')
  await flow.page.goto('/')
  await arrived(flow, '.welcome')
  await flow.page.locator('.welcome-ways .button-ink').click()
  await signInByEmail(flow, 'rosa@hearth.example')
  await arrived(flow, '.balance-number')
  for (const [path, shows] of MEMBER_SCREENS) await look(flow, path, shows)
  flow.expectClean()
})

test('the staff page says nothing that is in no catalogue, and holds longer words', async () => {
  const flow = await opened('staff')
  await flow.page.goto('/staff/')
  await flow.page.locator('.gate .button-seal').click()
  await flow.page.getByRole('button', { name: 'May Chan' }).click()
  await arrived(flow, '#query')
  for (const [path, shows] of STAFF_SCREENS) await look(flow, path, shows)
  flow.expectClean()
})

test('a word that was not taken from a catalogue is found, or every page would pass', () => {
  expect(strange(['Ƥééóóṕĺéé', 'Rosa Reyes', '24 Nov 2026', '168', 'Points are here'])).toEqual(['Points are here'])
})
