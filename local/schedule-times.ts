/**
 * When a schedule of EventBridge fires: `cron(…)` of six fields, `rate(…)` and `at(…)`, in a time zone. As AWS says, a local
 * time that clocks skip does not fire, and one that comes twice fires the first time only.
 */
import { Cron } from 'croner'

export type ScheduleTimes = {
  /** The first time after `after`, in milliseconds since the epoch, or undefined when there is none any more. */
  readonly next: (after: number) => number | undefined
}

const UNITS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 }
const HOUR_MS = 3_600_000
/** Further than any zone's clocks were ever put back. */
const OVERLAP_MAX_MS = 3 * HOUR_MS
/** So many times in a row fall into no gap; a schedule that does has no time at all. */
const SKIPPED_MAX = 10_000

/** @throws Error that names what is not understood of the expression or the zone. */
export function scheduleTimes(expression: string, zone: string): ScheduleTimes {
  const [, kind = '', text = ''] = /^(cron|rate|at)\((.*)\)$/.exec(expression) ?? []
  const toWall = wallClock(zone)
  if (kind === 'rate') return rateTimes(text)
  if (kind === 'at') return localTimes(atTime(text), toWall)
  if (kind === 'cron') return localTimes(cronTimes(text), toWall)
  throw new Error(`${expression} is no cron(…), rate(…) or at(…)`)
}

/** AWS counts from the creation of the schedule; here from 1970, so that a restart changes nothing. */
function rateTimes(text: string): ScheduleTimes {
  const [, value = '', unit = ''] = /^([1-9]\d*) (minute|hour|day)s?$/.exec(text) ?? []
  const period = Number(value) * (UNITS[unit] ?? 0)
  if (period === 0) throw new Error(`rate(${text}) is not like rate(5 minutes), rate(1 hour) or rate(2 days)`)
  return { next: (after) => (Math.floor(after / period) + 1) * period }
}

/** Local times as if they were UTC, in their order. */
type WallTimes = (after: number) => number | undefined

function atTime(text: string): WallTimes {
  const isTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(text)
  const time = Date.parse(`${text}Z`)
  if (!isTime || Number.isNaN(time)) throw new Error(`at(${text}) is not like at(2026-12-24T18:00:00)`)
  return (after) => (time > after ? time : undefined)
}

/** Greatest value of minute, hour, day of month, month, day of week and year. */
const FIELD_MAX = [59, 23, 31, 12, 7, 2_199] as const

function cronTimes(text: string): WallTimes {
  const fields = text.split(' ')
  const [, , dayOfMonth, , dayOfWeek = ''] = fields
  if (fields.length !== FIELD_MAX.length) throw new Error(`cron(${text}) has not six fields`)
  if ((dayOfMonth === '?') === (dayOfWeek === '?'))
    throw new Error(`cron(${text}) needs a ? as day of month or as day of week, and not as both`)
  const [minute, hour, day, month, weekday = '', year] = fields.map((field, index) =>
    withRange(field, FIELD_MAX[index]),
  )
  const pattern = ['0', minute, hour, day, month, weekdayOf(weekday), year].join(' ')
  // In UTC, because the zone is applied afterwards: the library has rules of its own for skipped and doubled hours.
  const cron = new Cron(pattern, { mode: '7-part', timezone: 'UTC', alternativeWeekdays: true, paused: true })
  return (after) => cron.nextRun(new Date(after))?.getTime()
}

/** `0/15` means from 0 on to the end; `?` means any. */
function withRange(field: string, max: number | undefined): string {
  return field.replace('?', '*').replace(/(?<![-\d])(\d+)\/(?=\d)/g, `$1-${max}/`)
}

/** `L` is Saturday and `6L` the last Friday of the month. */
function weekdayOf(field: string): string {
  return field === 'L' ? '7' : field.replace(/(\w+)L$/, '$1#L')
}

type WallClock = (instant: number) => number

function localTimes(wallTimes: WallTimes, toWall: WallClock): ScheduleTimes {
  return {
    next: (after) => {
      let wall = wallTimes(toWall(after) - OVERLAP_MAX_MS)
      for (let tries = 0; wall !== undefined && tries < SKIPPED_MAX; tries += 1) {
        const instant = firstInstant(wall, toWall)
        if (instant !== undefined && instant > after) return instant
        wall = wallTimes(wall)
      }
      return undefined
    },
  }
}

/** @returns undefined for a local time that the clocks skip. */
function firstInstant(wall: number, toWall: WallClock): number | undefined {
  const offsets = [-24, 24].map((hours) => toWall(wall + hours * HOUR_MS) - (wall + hours * HOUR_MS))
  const instants = offsets.map((offset) => wall - offset).filter((instant) => toWall(instant) === wall)
  return instants.length === 0 ? undefined : Math.min(...instants)
}

/** What the clocks on the wall show, as if it were UTC. @throws RangeError for a zone that does not exist */
function wallClock(zone: string): WallClock {
  if (zone === 'UTC' || zone === 'Etc/UTC') return (instant) => instant
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })
  return (instant) => {
    const parts = new Map(format.formatToParts(instant).map(({ type, value }) => [type, Number(value)]))
    const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0
    const seconds = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'))
    return seconds + (instant - Math.floor(instant / 1_000) * 1_000)
  }
}
