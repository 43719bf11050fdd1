/** From units to dollars: list prices with date and source in `prices.json`, and the arithmetic on them. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import type { Operation } from './figures.ts'

const LINES = [
  ...(['writeUnits', 'readUnits', 'storage', 'pointInTimeRecovery', 'streamReads'] as const),
  ...(['lambdaRequests', 'lambdaGbSeconds', 'httpApi', 'logs', 'alarms', 'metrics', 'dashboards'] as const),
  ...(['keys', 'keyRequests', 'secrets', 'events', 'schedules', 'transfer'] as const),
] as const
type Line = (typeof LINES)[number]

const ASSUMED = [
  ...(['memoryGb', 'ownMs', 'readMs', 'writeMs'] as const),
  ...(['logEventBytes', 'platformLogBytes', 'accessLogBytes'] as const),
] as const

const Price = z.strictObject({
  price: z.number().positive(),
  /** So many of the unit cost the price. */
  per: z.number().positive(),
  unit: z.string(),
  date: z.iso.date(),
  source: z.url({ protocol: /^https$/ }),
})
const Assumption = z.strictObject({ value: z.number().positive(), why: z.string() })

export const Prices = z.strictObject({
  region: z.string(),
  currency: z.literal('USD'),
  date: z.iso.date(),
  note: z.string(),
  lines: z.record(z.enum(LINES), Price),
  assumed: z.record(z.enum(ASSUMED), Assumption),
})
export type Prices = z.infer<typeof Prices>

export function readPrices(): Prices {
  return Prices.parse(JSON.parse(readFileSync(join(import.meta.dirname, 'prices.json'), 'utf8')))
}

export function dollars(prices: Prices, line: Line, amount: number): number {
  const { price, per } = prices.lines[line]
  return (amount * price) / per
}

export type Costs = { readonly dynamodb: number; readonly all: number }

const MILLION = 1_000_000
const GB = 1e9

/** For functions that Lambda writes no lines of its own about. */
export function withoutPlatformLog({ assumed, ...prices }: Prices): Prices {
  return { ...prices, assumed: { ...assumed, platformLogBytes: { ...assumed.platformLogBytes, value: 0 } } }
}

/** Of a million operations; writes of the index are paid like any other. */
export function costOfMillion(prices: Prices, operation: Pick<Operation, 'units' | 'isHttp' | 'logBytes'>): Costs {
  const { units, isHttp } = operation
  const dynamodb =
    dollars(prices, 'writeUnits', (units.writes + units.index) * MILLION) +
    dollars(prices, 'readUnits', units.reads * MILLION)
  const edge = isHttp ? dollars(prices, 'httpApi', MILLION) : 0
  return { dynamodb, all: dynamodb + edge + invocation(prices, operation) * MILLION }
}

/** One invocation and its lines of log. What nobody calls over HTTP runs many at a time and pays for its share of the time only. */
function invocation(
  prices: Prices,
  { units, isHttp, logBytes }: Pick<Operation, 'units' | 'isHttp' | 'logBytes'>,
): number {
  const { assumed } = prices
  const writing = units.writes > 0 ? 1 : 0
  const waiting = (units.requests - writing) * assumed.readMs.value + writing * assumed.writeMs.value
  const gbSeconds = (assumed.memoryGb.value * (assumed.ownMs.value + waiting)) / 1_000
  const event = assumed.logEventBytes.value
  const { value: platformBytes } = assumed.platformLogBytes
  const platform = platformBytes === 0 ? 0 : platformBytes + 2 * event
  const around = isHttp ? platform + assumed.accessLogBytes.value + event : 0
  return (
    dollars(prices, 'lambdaGbSeconds', gbSeconds) +
    dollars(prices, 'logs', (logBytes + event + around) / GB) +
    (isHttp ? dollars(prices, 'lambdaRequests', 1) : 0)
  )
}
