/** When schedules fire, worked out by hand from the rules of EventBridge: fields, zones and the two nights of the year. */
import { describe, expect, test } from 'vitest'
import { scheduleTimes } from '../../local/schedule-times.ts'

function fires(expression: string, zone: string, from: string, count = 3): string[] {
  const { next } = scheduleTimes(expression, zone)
  const times: string[] = []
  for (let time = next(Date.parse(from)); time !== undefined && times.length < count; time = next(time)) {
    times.push(`${new Date(time).toISOString().slice(0, 16)}Z`)
  }
  return times
}

describe('cron', () => {
  test.each([
    ['cron(0 3 * * ? *)', '2026-11-23T03:00:00Z', ['2026-11-24T03:00Z', '2026-11-25T03:00Z', '2026-11-26T03:00Z']],
    [
      'cron(0/20 9 ? * MON-FRI *)',
      '2026-11-20T09:30:00Z',
      ['2026-11-20T09:40Z', '2026-11-23T09:00Z', '2026-11-23T09:20Z'],
    ],
    ['cron(5/30 * * * ? *)', '2026-11-20T09:00:00Z', ['2026-11-20T09:05Z', '2026-11-20T09:35Z', '2026-11-20T10:05Z']],
    ['cron(0 12 ? * 2 *)', '2026-11-22T00:00:00Z', ['2026-11-23T12:00Z', '2026-11-30T12:00Z', '2026-12-07T12:00Z']],
    ['cron(0 12 ? * L *)', '2026-11-22T00:00:00Z', ['2026-11-28T12:00Z', '2026-12-05T12:00Z', '2026-12-12T12:00Z']],
    ['cron(0 0 L * ? *)', '2028-01-31T00:00:00Z', ['2028-02-29T00:00Z', '2028-03-31T00:00Z', '2028-04-30T00:00Z']],
    ['cron(0 8 ? * 6L *)', '2026-11-01T00:00:00Z', ['2026-11-27T08:00Z', '2026-12-25T08:00Z', '2027-01-29T08:00Z']],
    ['cron(0 8 ? * 2#1 *)', '2026-11-01T00:00:00Z', ['2026-11-02T08:00Z', '2026-12-07T08:00Z', '2027-01-04T08:00Z']],
    ['cron(0 8 1W * ? *)', '2026-08-01T00:00:00Z', ['2026-08-03T08:00Z', '2026-09-01T08:00Z', '2026-10-01T08:00Z']],
    ['cron(0 0 29 2 ? *)', '2026-01-01T00:00:00Z', ['2028-02-29T00:00Z', '2032-02-29T00:00Z', '2036-02-29T00:00Z']],
    ['cron(0 0 1 1 ? 2027-2028)', '2026-01-01T00:00:00Z', ['2027-01-01T00:00Z', '2028-01-01T00:00Z']],
  ])('%s fires as its six fields say', (expression, from, times) => {
    expect(fires(expression, 'UTC', from)).toEqual(times)
  })

  test('does not fire at a local time that the clocks skip in spring', () => {
    const times = fires('cron(30 1 * * ? *)', 'Europe/London', '2026-03-28T00:00:00Z')
    expect(times).toEqual(['2026-03-28T01:30Z', '2026-03-30T00:30Z', '2026-03-31T00:30Z'])
  })

  test('fires once, at the first of two, at a local time that comes twice in autumn', () => {
    const times = fires('cron(30 1 * * ? *)', 'Europe/London', '2026-10-24T12:00:00Z')
    expect(times).toEqual(['2026-10-25T00:30Z', '2026-10-26T01:30Z', '2026-10-27T01:30Z'])
    expect(fires('cron(30 1 * * ? *)', 'Europe/London', '2026-10-25T00:30:00Z', 1)).toEqual(['2026-10-26T01:30Z'])
    expect(fires('cron(0 * * * ? *)', 'Europe/London', '2026-10-24T23:30:00Z')).toEqual([
      '2026-10-25T00:00Z',
      '2026-10-25T02:00Z',
      '2026-10-25T03:00Z',
    ])
  })

  test('follows a zone whose clocks move by half an hour and one ahead of UTC by a day', () => {
    expect(fires('cron(45 1 ? * SUN *)', 'Australia/Lord_Howe', '2026-04-04T00:00:00Z', 2)).toEqual([
      '2026-04-04T14:45Z',
      '2026-04-11T15:15Z',
    ])
    expect(fires('cron(0 0 1 * ? *)', 'Pacific/Kiritimati', '2026-11-15T00:00:00Z', 1)).toEqual(['2026-11-30T10:00Z'])
  })
})

describe('rate and at', () => {
  test('a rate fires at whole multiples, so that a restart does not shift it', () => {
    expect(fires('rate(1 hour)', 'UTC', '2026-11-23T10:00:00Z', 2)).toEqual(['2026-11-23T11:00Z', '2026-11-23T12:00Z'])
    expect(fires('rate(15 minutes)', 'UTC', '2026-11-23T10:01:00Z', 2)).toEqual([
      '2026-11-23T10:15Z',
      '2026-11-23T10:30Z',
    ])
  })

  test('a time in a zone fires once and never again', () => {
    expect(fires('at(2026-12-24T18:00:00)', 'Asia/Taipei', '2026-11-23T10:00:00Z')).toEqual(['2026-12-24T10:00Z'])
    expect(fires('at(2026-12-24T18:00:00)', 'Asia/Taipei', '2026-12-24T10:00:00Z')).toEqual([])
  })
})

test.each([
  ['cron(0 3 * * *)', 'UTC', 'six fields'],
  ['cron(0 3 * * * *)', 'UTC', 'needs a ?'],
  ['cron(0 3 ? * ? *)', 'UTC', 'needs a ?'],
  ['cron(61 3 * * ? *)', 'UTC', '61'],
  ['rate(0 hours)', 'UTC', 'rate(0 hours)'],
  ['rate(1 week)', 'UTC', 'rate(1 week)'],
  ['at(tomorrow)', 'UTC', 'at(tomorrow)'],
  ['every hour', 'UTC', 'every hour'],
  ['rate(1 hour)', 'Europe/Atlantis', 'Atlantis'],
])('%s in %s is refused by what is wrong with it', (expression, zone, named) => {
  expect(() => scheduleTimes(expression, zone)).toThrow(named)
})
