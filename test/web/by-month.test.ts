import { expect, test } from 'vitest'
import { formatsOf } from '../../web/src/i18n/formats.ts'
import { byMonth } from '../../web/src/member/by-month.ts'

const { dayOf } = formatsOf('en', { zone: 'Asia/Hong_Kong', currency: 'HKD' })
const line = (id: string, effectiveAt: string) => ({ id, effectiveAt })

test('a line that was recorded late stands under the month of its purchase, and no month stands there twice', () => {
  const lines = [
    line('late', '2026-10-30T04:00:00Z'),
    line('today', '2026-11-23T04:00:00Z'),
    line('imported', '2024-12-13T04:00:00Z'),
    line('before', '2026-11-02T04:00:00Z'),
    line('earlier', '2026-10-01T04:00:00Z'),
  ]
  const months = byMonth(lines, dayOf).map(([month, group]) => [month, ...group.map(({ id }) => id)])
  expect(months).toEqual([
    ['2026-11', 'today', 'before'],
    ['2026-10', 'late', 'earlier'],
    ['2024-12', 'imported'],
  ])
})

test('the month is that of the program, also in the night that ends it', () => {
  expect(byMonth([line('night', '2026-10-31T17:00:00Z')], dayOf).map(([month]) => month)).toEqual(['2026-11'])
})
