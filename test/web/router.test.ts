import { describe, expect, test } from 'vitest'
import { routesOf } from '../../web/src/router.ts'

const member = routesOf('', { card: '/', reward: '/rewards/:id', stranger: '/c/:code' })
const staff = routesOf('/staff', { desk: '/', shift: '/shift' })

describe('an address', () => {
  test('is the screen of its row, with its parameters as they were before they were encoded', () => {
    expect(member.match('/')).toEqual({ name: 'card', params: {} })
    expect(member.match('/rewards/rwd_1/')).toEqual({ name: 'reward', params: { id: 'rwd_1' } })
    expect(member.match('/c/a%20b')).toEqual({ name: 'stranger', params: { code: 'a b' } })
  })

  test('that no row knows is no screen, so that a mistyped link is not taken for another', () => {
    expect(member.match('/rewards/a/b')).toBeUndefined()
    expect(member.match('/nowhere')).toBeUndefined()
  })

  test('of a badly encoded link is no screen instead of a page that breaks', () => {
    expect(member.match('/c/%E0%A4%A')).toBeUndefined()
  })

  test('below the base belongs to the area, and that of another area does not', () => {
    expect(staff.match('/staff')).toEqual({ name: 'desk', params: {} })
    expect(staff.match('/staff/')).toEqual({ name: 'desk', params: {} })
    expect(staff.match('/staff/shift')).toEqual({ name: 'shift', params: {} })
    expect(staff.match('/staffing')).toBeUndefined()
    expect(staff.match('/')).toBeUndefined()
  })

  test('is made of the row and what belongs into it', () => {
    expect(member.href('reward', { id: 'a/b' })).toBe('/rewards/a%2Fb')
    expect(staff.href('shift')).toBe('/staff/shift')
  })
})
