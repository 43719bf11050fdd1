import { describe, expect, test } from 'vitest'
import { CALLERS, FAULT_RATE, SEED } from './depth.ts'
import { play } from './play.ts'
import { Turnstile } from './turnstile.ts'

const DAY_MS = 86_400_000

describe('the turnstile', () => {
  test('lets one call in at a time, so that the order of calls is decided by the seed alone', async () => {
    const turnstile = new Turnstile(7)
    let inside = 0
    let most = 0
    const visit = async () => {
      inside += 1
      most = Math.max(most, inside)
      await Promise.resolve()
      inside -= 1
    }
    const visits = Promise.all(Array.from({ length: 20 }, (_, index) => turnstile.call(`${index}`, visit)))
    await turnstile.run()
    await visits
    expect(most).toBe(1)
  })

  test('jumps to the next timer when nobody waits at the gate, so that a day costs no time', async () => {
    const turnstile = new Turnstile(7)
    const order: string[] = []
    const wait = async (name: string, milliseconds: number) => {
      await turnstile.pause(milliseconds)
      order.push(`${name} ${turnstile.time}`)
    }
    const waits = Promise.all([wait('late', DAY_MS), wait('early', 5), wait('also early', 5)])
    await turnstile.run()
    await waits
    expect(order).toEqual(['early 5', 'also early 5', `late ${DAY_MS}`])
  })

  test('passes on what a call throws, so that a failure reaches who called', async () => {
    const turnstile = new Turnstile(7)
    const failing = turnstile.call('a', () => Promise.reject(new Error('no')))
    const told = expect(failing).rejects.toThrow('no')
    await turnstile.run()
    await told
  })
})

describe('a run', () => {
  const run = (seed: number) => play({ seed, steps: 120, callers: CALLERS, faultRate: FAULT_RATE })

  test('is repeated exactly by its seed, so that what was found once can be found again', async () => {
    const [first, second, other] = [await run(SEED), await run(SEED), await run(SEED + 1)]
    expect(second.world.turnstile.digest()).toBe(first.world.turnstile.digest())
    expect(second.recorder.calls).toEqual(first.recorder.calls)
    expect(other.world.turnstile.digest()).not.toBe(first.world.turnstile.digest())
  })
})
