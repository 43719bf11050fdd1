import { afterAll, describe, expect, test } from 'vitest'
import { TEST_START } from '../support/clock.ts'
import { faultsOf } from './answer.ts'
import type { Scene } from './catalogue.ts'
import { ONCE } from './catalogue-once.ts'
import { PEOPLE } from './catalogue-people.ts'
import { POINTS } from './catalogue-points.ts'
import { REFUNDS, RESERVATIONS } from './catalogue-reservations.ts'
import { REWARDS } from './catalogue-rewards.ts'
import { STAFF } from './catalogue-staff.ts'
import { STANDING } from './catalogue-standing.ts'
import { expectAnswer } from './check.ts'
import { openShop, type Shop } from './shop.ts'
import { unsound } from './sound.ts'
import { changes, recordedRefusals, stored } from './stored.ts'

/** A full shop is slow to compare. */
const SCENES_PER_SHOP = 25

let common: Shop
let played = 0
afterAll(() => {
  const scenes = [STAFF, ONCE, POINTS, RESERVATIONS, REFUNDS, STANDING, REWARDS, PEOPLE].flat()
  console.info(`scenes: ${scenes.length} hostile requests`)
})

describe.each([
  ['A. People on the staff', STAFF],
  ['D. Once only', ONCE],
  ['E. Points', [...POINTS, ...RESERVATIONS, ...REFUNDS, ...STANDING, ...REWARDS]],
  ['F. People, text', PEOPLE],
] as const)('%s', (_name, scenes) => {
  test.each(scenes.map((scene) => [scene.number, scene.what, scene.expect.join(' '), scene] as const))(
    '%s %s: %s',
    (_number, _what, _answer, scene) => perform(scene),
  )
})

async function perform(scene: Scene): Promise<void> {
  const shop = scene.isAlone ? await openShop(scene.program) : await commonShop()
  try {
    const act = await scene.arrange(shop)
    const before = await stored(shop.api)
    const reply = await act()
    const after = await stored(shop.api)
    expectAnswer(reply, scene.expect)
    expect(faultsOf(reply, shop)).toEqual([])
    expect(reply.body).toMatchObject(scene.body ?? {})
    if (scene.replayed) expect(reply.headers['idempotency-replayed']).toBe('true')
    if (!scene.writes) expect(changes(before, after)).toEqual([])
    expect(unsound(after)).toEqual([])
    if (scene.isRecorded) expect(recordedRefusals(before, after)).toHaveLength(1)
  } finally {
    shop.api.clock.set(TEST_START)
  }
}

async function commonShop(): Promise<Shop> {
  if (played % SCENES_PER_SHOP === 0) common = await openShop()
  played += 1
  return common
}
