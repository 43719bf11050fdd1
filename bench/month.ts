/**
 * The reference month: what one business of a stated size pays, from measured units and list prices. What the product does
 * not do yet is left out and named.
 */
import type { JobsFigures, MonthLine, Operation, TemplateFigures, UnitsFigures } from './figures.ts'
import { STORED_OVERHEAD_BYTES } from './item-size.ts'
import { costOfMillion, dollars, type Prices } from './prices.ts'

export const PROFILE = { members: 1_000_000, activeShare: 0.3, entries: 10_000_000, nights: 30 } as const

/** Operations of the month by their name in the budget. */
const DEEDS = { award: 1_200_000, redeem: 150_000, card: 3_600_000, refund: 30_000, settle: 90_000 } as const
/** Each of these writes one entry, which is announced on the event bus. */
const ENTRIES_WRITTEN = DEEDS.award + DEEDS.redeem + DEEDS.refund + DEEDS.settle

export const LEFT_OUT = [
  'campaigns to all members: the grant exists, what sends it to everybody does not',
  'revisit tasks, mail and pages, which are not built yet',
  'sign-in, where the issuer of tokens bills each active member; it can exceed all else here, and any OIDC issuer works',
  'data transfer to the internet, a firewall, taxes, and support',
] as const

export type Known = {
  readonly prices: Prices
  readonly units: UnitsFigures
  readonly template: TemplateFigures
  readonly jobs: JobsFigures
}

export function monthOf(known: Known): MonthLine[] {
  return [...requests(known), ...storage(known), ...fixed(known)]
}

const MILLION = 1_000_000
const GB = 1e9

function requests({ prices, units, jobs }: Known): MonthLine[] {
  const deeds = Object.entries(DEEDS).map(([name, count]) => {
    const operation = operationNamed(units, name)
    return requestLine(operation.title, count, (costOfMillion(prices, operation).all * count) / MILLION)
  })
  const reaction = { units: { requests: 1, writes: 0, reads: 0, index: 0 }, isHttp: false, logBytes: 0 }
  const announced =
    dollars(prices, 'events', ENTRIES_WRITTEN) +
    dollars(prices, 'lambdaRequests', ENTRIES_WRITTEN) +
    (costOfMillion(prices, reaction).all * ENTRIES_WRITTEN) / MILLION
  const audited = ledgerBytes(units) * PROFILE.nights
  return [
    ...deeds,
    requestLine('Entries announced on the event bus, one invocation each at most', ENTRIES_WRITTEN, announced),
    requestLine(
      'GB read by the nightly audit',
      audited / GB,
      dollars(prices, 'readUnits', audited * jobs.readsPerByte),
    ),
  ]
}

function requestLine(what: string, count: number, cost: number): MonthLine {
  return { part: 'requests', what, count, dollars: cost }
}

function operationNamed({ operations }: UnitsFigures, name: string): Operation {
  const found = operations.find((operation) => operation.name === name)
  if (found === undefined) throw new Error(`${name} is in the month and was not measured`)
  return found
}

/** Every entry with a guard like an award's, and the usual account of every member. */
function ledgerBytes(units: UnitsFigures): number {
  const [receipt = 0, , entry = 0] = operationNamed(units, 'award').items
  return PROFILE.entries * (receipt + entry) + PROFILE.members * units.accounts.usual.bytes
}

/** The ledger, all that an enrolment writes, and what each item takes beside its own bytes. */
function storage({ prices, units }: Known): MonthLine[] {
  const enrolled = operationNamed(units, 'enrol').items
  const items = PROFILE.members * (enrolled.length + 1) + PROFILE.entries * 2
  const bytes = ledgerBytes(units) + PROFILE.members * sum(enrolled) + items * STORED_OVERHEAD_BYTES
  const gigabytes = bytes / GB
  const line = (what: string, price: 'storage' | 'pointInTimeRecovery'): MonthLine => ({
    ...{ part: 'storage', what },
    count: gigabytes,
    dollars: dollars(prices, price, gigabytes),
  })
  return [line('GB stored', 'storage'), line('GB that can be restored to the second', 'pointInTimeRecovery')]
}

const HOURS = 730
/** DynamoDB asks for a table's key again after five minutes, for each role that uses the table. */
const KEY_REQUESTS_PER_HOUR = 12

function fixed({ prices, template }: Known): MonthLine[] {
  const keyRequests = template.tableUses * KEY_REQUESTS_PER_HOUR * HOURS
  const counted = [
    ['Keys', 'keys', template.keys],
    ['Requests to keys', 'keyRequests', keyRequests],
    ['Alarms', 'alarms', template.alarms],
    ['Metrics of our own', 'metrics', template.metrics],
    ['Dashboards', 'dashboards', template.dashboards],
    ['Secrets', 'secrets', template.secrets],
  ] as const
  return counted.map(([what, price, count]) => ({
    ...{ part: 'fixed', what, count },
    dollars: dollars(prices, price, count),
  }))
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
