/** One honest line: how far, how fast, how long still. */
import { expect, test } from 'vitest'
import { duration, progressLine, startProgress } from '../../local/progress.ts'

test('says share, counts, rate and time left', () => {
  const line = progressLine({ label: 'import', done: 2_500, total: 10_000, ratePerSecond: 250 })
  expect(line).toBe(`import ${'█'.repeat(6)}${'░'.repeat(18)} 25% 2,500/10,000  250/s  30 s left`)
})

test('does not promise an end while nothing moves, and survives having nothing to do', () => {
  expect(progressLine({ label: 'x', done: 1, total: 2, ratePerSecond: 0 })).toMatch(/waiting$/)
  expect(progressLine({ label: 'x', done: 0, total: 0, ratePerSecond: 0 })).toContain('100% 0/0')
})

test.each([
  [0.4, '0 s'],
  [59, '59 s'],
  [60, '1 min 0 s'],
  [3_725, '1 h 2 min'],
])('says %d seconds as %s', (seconds, text) => {
  expect(duration(seconds)).toBe(text)
})

function watched(isTTY: boolean) {
  const written: string[] = []
  const clock = { now: 0 }
  const stream = { isTTY, write: (text: string) => written.push(text) }
  const progress = startProgress({ label: 'import', total: 100, stream, now: () => clock.now })
  return { written, clock, progress }
}

test('redraws one line on a terminal, at most ten times a second', () => {
  const { written, clock, progress } = watched(true)
  for (clock.now = 0; clock.now <= 1_000; clock.now += 10) progress.update(clock.now / 10)
  progress.end()
  expect(written.length).toBeLessThanOrEqual(12)
  expect(written[0]?.startsWith('\r\u001b[2Kimport ')).toBe(true)
  expect(written.join('')).not.toMatch(/\n./)
})

test('writes plain lines every few seconds into a log, with the rate of the last seconds', () => {
  const { written, clock, progress } = watched(false)
  for (clock.now = 0; clock.now <= 20_000; clock.now += 1_000) progress.update(clock.now / 1_000)
  progress.end()
  expect(written).toHaveLength(5)
  expect(written[3]).toMatch(/20\/100 {2}1\/s {2}1 min 20 s left\n$/)
})
