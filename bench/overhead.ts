/**
 * What the product adds to the two calls without which nothing is awarded. One client, one engine, one run, the forms in
 * turn: the bare transaction, the bare read and transaction, the verb, the handler from event to answer, and HTTP.
 */
import type { Services } from '../functions/platform/context.ts'
import { createApi } from '../functions/platform/http.ts'
import { award } from '../functions/points/award.ts'
import { pointsRoutes } from '../functions/points/routes.ts'
import { bareAward } from './bare.ts'
import { readBudget } from './budget.ts'
import { usualMember } from './deeds.ts'
import type { OverheadFigures } from './figures.ts'
import { accepted, eventOf, LAMBDA, type Loopback, loopback } from './loopback.ts'
import { type Cost, isBusy, perOperation } from './machine.ts'
import { columns, type Findings, ratioGate, type Scope } from './report.ts'
import { openShop, receiptOf, type Shop, TILL, warm } from './shop.ts'
import { median, type Spread, spread } from './statistics.ts'

const REPEATS = 7
const WARM_UP = 250

type Run = { readonly name: string; readonly title: string; readonly once: () => Promise<unknown> }

export async function run({ gatesOnly, say }: Scope): Promise<Findings> {
  const { ratios } = readBudget()
  const shop = await openShop(Date.now())
  // The line is made as it is in production and goes where lines go, only not onto the terminal.
  const services = { ...shop.services, log: (line: object) => void JSON.stringify(line) }
  const http = await loopback(createApi(() => services, pointsRoutes))
  const all = await forms(shop, services, http)
  const compared = gatesOnly ? all.filter(({ name }) => name === 'pair' || name === 'handler') : all
  const operations = gatesOnly ? 150 : 300
  for (const form of compared) await perOperation(WARM_UP, form.once)
  const { measured, verdict } = await ratioGate({
    name: 'CPU of the handler over the bare read and transaction',
    measure: () => measure(compared, operations),
    ratio: ({ ratio }) => ratio,
    most: ratios.overheadCpu,
    isBusy,
  })
  await http.close()
  for (const line of toldForms(measured)) say(line)
  return { results: { operations, repeats: REPEATS, ...measured } satisfies OverheadFigures, verdicts: [verdict] }
}

type Measured = Pick<OverheadFigures, 'forms' | 'ratio'>

async function measure(forms: readonly Run[], operations: number): Promise<Measured> {
  const costs = new Map<string, Cost[]>(forms.map(({ name }) => [name, []]))
  for (let repeat = 0; repeat < REPEATS; repeat += 1) {
    for (const form of forms) costs.get(form.name)?.push(await perOperation(operations, form.once))
  }
  const of = (name: string, part: keyof Cost) => (costs.get(name) ?? []).map((cost) => cost[part])
  const pair = of('pair', 'cpuMs')
  return {
    forms: forms.map(({ name, title }) => ({
      ...{ name, title },
      cpuMs: spread(of(name, 'cpuMs')),
      wallMs: spread(of(name, 'wallMs')),
    })),
    ratio: median(of('handler', 'cpuMs').map((cost, repeat) => cost / (pair[repeat] ?? Number.NaN))),
  }
}

function toldForms({ forms, ratio }: Measured): string[] {
  const range = ({ median: middle, least, most }: Spread) =>
    `${middle.toFixed(2)} (${least.toFixed(2)} to ${most.toFixed(2)})`
  const rows = forms.map(({ title, cpuMs, wallMs }) => [title, range(cpuMs), range(wallMs)])
  return [...columns([['', 'ms CPU', 'ms'], ...rows]), `handler over pair: ${ratio.toFixed(3)} in CPU`]
}

async function forms(shop: Shop, services: Services, served: Loopback): Promise<Run[]> {
  const handler = createApi(() => services, pointsRoutes)
  const ids: string[] = []
  for (const _ of ['transaction', 'pair', 'verb', 'handler', 'http']) ids.push(await usualMember(shop))
  const [transaction = '', pair = '', verb = '', whole = '', http = ''] = ids
  await warm(shop)
  const bareTransaction = await bareAward(shop, transaction)
  const barePair = await bareAward(shop, pair)
  return [
    { name: 'transaction', title: 'bare transaction of three items', once: () => bareTransaction.write() },
    { name: 'pair', title: 'bare read and transaction', once: () => barePair.readAndWrite() },
    { name: 'verb', title: 'the verb', once: () => award(shop.by(TILL), receiptOf(shop, verb)) },
    {
      ...{ name: 'handler', title: 'the handler, from event to answer' },
      once: async () => accepted(await handler(eventOf(shop, whole), LAMBDA)),
    },
    {
      ...{ name: 'http', title: 'the same over loopback HTTP, both ends' },
      once: async () => accepted(await served.send(receiptOf(shop, http))),
    },
  ]
}
