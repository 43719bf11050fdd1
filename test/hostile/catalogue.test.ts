import { expect, test } from 'vitest'
import { ELSEWHERE, OUT_OF_REACH } from './catalogue.ts'
import { ENVELOPE } from './catalogue-envelope.ts'
import { ONCE } from './catalogue-once.ts'
import { PEOPLE } from './catalogue-people.ts'
import { POINTS } from './catalogue-points.ts'
import { REFUNDS, RESERVATIONS } from './catalogue-reservations.ts'
import { REWARDS } from './catalogue-rewards.ts'
import { STAFF } from './catalogue-staff.ts'
import { STANDING } from './catalogue-standing.ts'
import { VALUES } from './catalogue-values.ts'

const ROWS = 107

test('every row of the catalogue is sent, or it is said why it cannot be', () => {
  const rows = [ENVELOPE, STAFF, VALUES, ONCE, POINTS, RESERVATIONS, REFUNDS, STANDING, REWARDS, PEOPLE]
    .flat()
    .map(({ number }) => number)
  const sent = new Set([...rows, ...Object.values(ELSEWHERE).flat()])
  const explained = Object.keys(OUT_OF_REACH).flatMap((span) => {
    const [first = 0, last = first] = span.split('-').map(Number)
    return Array.from({ length: last - first + 1 }, (_, index) => first + index)
  })
  const all = Array.from({ length: ROWS }, (_, index) => index + 1)
  expect(explained.filter((number) => sent.has(number))).toEqual([])
  expect(all.filter((number) => !sent.has(number) && !explained.includes(number))).toEqual([])
  console.info(`catalogue: ${sent.size} of ${ROWS} rows sent, ${explained.length} out of reach`)
})
