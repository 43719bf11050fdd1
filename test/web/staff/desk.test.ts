import { describe, expect, test } from 'vitest'
import { cardNumber } from '../../../functions/members/card-number.ts'
import { step } from '../../../web/src/staff/desk/desk.ts'
import { type Desk, type DeskEvent, type Effect, type Outcome, START } from '../../../web/src/staff/desk/desk-state.ts'

const VALID_CARD = cardNumber(42)
const CARD = { kind: 'card', cardNumber: '630012345678' } as const
const PHONE = { kind: 'phone', phone: '+85291234567', shown: '+852 9123 4567' } as const
const PRIOR = { recordedAt: '2026-11-23T04:03:00Z', by: 'may', points: 168, memberName: '陳••' }
const DONE: Outcome = { kind: 'done', result: { points: 168, available: 1280, pending: 0, entryId: 'ent_1' } }
const ADA = { memberId: 'mem_a', cardNumber: '630012345678' }
const BEN = { memberId: 'mem_b', cardNumber: '630012345679' }

const enter = (
  asked: Extract<DeskEvent, { do: 'enter' }>['asked'] = { kind: 'nothing' },
  minor?: number,
  key = 'k1',
  at = 0,
) => ({ do: 'enter', asked, minor, key, at }) as const
const type = (field: 'query' | 'receipt' | 'amount', text: string) => ({ do: 'typed', field, text }) as const

function play(events: readonly DeskEvent[], from: Desk = START): { desk: Desk; effects: Effect[] } {
  const effects: Effect[] = []
  let desk = from
  for (const event of events) {
    const next = step(desk, event)
    desk = next.desk
    effects.push(...next.effects)
  }
  return { desk, effects }
}

/** A card scanned, receipt and amount typed, Enter twice. */
const AWARD: readonly DeskEvent[] = [
  { do: 'shown', asked: CARD },
  type('receipt', '536365'),
  enter(),
  type('amount', '16800'),
  enter({ kind: 'nothing' }, 16800),
]

const awards = (effects: readonly Effect[]) => effects.filter((effect) => effect.do === 'award')

describe('an award', () => {
  test('by scan takes two keys that are not data, so that a queue is not held up', () => {
    const { desk, effects } = play(AWARD)
    expect(desk.phase.at).toBe('sending')
    expect(awards(effects)).toMatchObject([
      { slip: { key: 'k1', who: { cardNumber: CARD.cardNumber }, receiptNumber: '536365', minor: 16800 } },
    ])
    expect(AWARD.filter((event) => event.do === 'enter')).toHaveLength(2)
  })

  test('by phone takes three, and the receipt may be typed while the member is looked for', () => {
    const events = [enter(PHONE), type('receipt', '536365'), enter(), { do: 'found', token: 1, items: [ADA] }] as const
    const { desk } = play([type('query', '91234567'), ...events])
    expect(desk).toMatchObject({ phase: { at: 'amount' }, who: ADA, draft: { query: '', receipt: '536365' } })
    expect(awards(play([type('amount', '1'), enter(undefined, 1)], desk).effects)).toHaveLength(1)
  })

  test('whose last Enter comes before the member is found is sent once, when the member is', () => {
    const early = play([
      enter(PHONE),
      type('receipt', '536365'),
      enter(),
      type('amount', '16800'),
      enter(undefined, 16800, 'k1'),
      enter(undefined, 16800, 'k2'),
    ])
    expect(awards(early.effects)).toEqual([])
    expect(awards(play([{ do: 'found', token: 1, items: [ADA] }], early.desk).effects)).toMatchObject([
      { slip: { key: 'k1', who: ADA, receiptNumber: '536365', minor: 16800 } },
    ])
    const several = play([{ do: 'found', token: 1, items: [ADA, BEN] }], early.desk)
    expect(awards(several.effects), 'whose it is must be seen').toEqual([])
    const changed = play([type('amount', '1'), { do: 'found', token: 1, items: [ADA] }], early.desk)
    expect(awards(changed.effects), 'another amount is another intent').toEqual([])
  })

  test('that is done leaves an empty form and the cursor in the search field', () => {
    const { desk, effects } = play([...AWARD, { do: 'answered', key: 'k1', outcome: DONE }])
    expect(desk).toMatchObject({
      phase: { at: 'done' },
      who: undefined,
      draft: { id: 2, query: '', receipt: '', amount: '' },
    })
    expect(effects.at(-1)).toEqual({ do: 'focus', field: 'query' })
  })

  test('of more than slips say is asked about before it is sent', () => {
    const large = { ...enter({ kind: 'nothing' }, 99_999_999_999), isLarge: true } as const
    const asked = play([...AWARD.slice(0, 4), large])
    expect(asked.desk.phase).toEqual({ at: 'large', minor: 99_999_999_999 })
    expect(awards(asked.effects)).toEqual([])
    expect(play([{ do: 'escape' }], asked.desk).desk).toMatchObject({
      phase: { at: 'amount' },
      draft: { amount: '16800' },
    })
    expect(awards(play([large], asked.desk).effects)).toMatchObject([{ slip: { minor: 99_999_999_999 } }])
  })

  test('is sent once, however often Enter is pressed', () => {
    const { effects } = play([...AWARD, enter(undefined, 16800, 'k2'), enter(undefined, 16800, 'k3')])
    expect(awards(effects)).toHaveLength(1)
  })

  test('cannot be changed, cleared or left by Esc while it is sent', () => {
    const { desk } = play(AWARD)
    const tried = play([type('amount', '1'), { do: 'clear' }, { do: 'escape' }, { do: 'shown', asked: CARD }], desk)
    expect(tried).toEqual({ desk, effects: [] })
  })

  test('whose answer is slow goes to the outbox, and its late answer changes nothing here', () => {
    const { desk } = play([...AWARD, { do: 'waited', key: 'k1' }])
    expect(desk).toMatchObject({ phase: { at: 'saved', isOffline: false }, draft: { id: 2 } })
    expect(step(desk, { do: 'answered', key: 'k1', outcome: DONE }).desk).toBe(desk)
  })

  test('of which nothing is known is asked for again under its own key, and no other', () => {
    const { effects } = play([
      ...AWARD,
      { do: 'answered', key: 'k1', outcome: { kind: 'unsure' } },
      enter(undefined, 16800, 'k2'),
    ])
    expect(awards(effects)).toHaveLength(1)
    expect(effects.at(-1)).toMatchObject({ do: 'ask_again', slip: { key: 'k1' } })
  })

  test('of which nothing is known is left to the outbox by Esc', () => {
    const { desk } = play([...AWARD, { do: 'answered', key: 'k1', outcome: { kind: 'unsure' } }, { do: 'escape' }])
    expect(desk.phase.at).toBe('saved')
  })
})

describe('what does not count', () => {
  const refused: Outcome = { kind: 'refused', code: 'account_closed', params: {} }
  const conflict: Outcome = { kind: 'conflict', prior: PRIOR }

  test('goes back to the amount with all that was typed, and may be sent anew under another key', () => {
    const { desk, effects } = play([...AWARD, { do: 'answered', key: 'k1', outcome: refused }, enter()])
    expect(desk).toMatchObject({ phase: { at: 'amount' }, draft: { receipt: '536365', amount: '16800' } })
    expect(effects).toContainEqual({ do: 'give_up', key: 'k1' })
    expect(awards(play([enter(undefined, 16900, 'k2')], desk).effects)).toMatchObject([{ slip: { key: 'k2' } }])
  })

  test('because the receipt is recorded otherwise goes back to its number', () => {
    const { desk } = play([...AWARD, { do: 'answered', key: 'k1', outcome: conflict }, enter()])
    expect(desk.phase.at).toBe('receipt')
  })

  test('because it was awarded before is done: Enter is the next customer', () => {
    const { desk } = play([
      ...AWARD,
      { do: 'answered', key: 'k1', outcome: { kind: 'duplicate', prior: PRIOR } },
      enter(),
    ])
    expect(desk).toMatchObject({ phase: { at: 'idle' }, who: undefined, draft: { receipt: '' } })
  })

  test('because it was awarded before may be followed by another receipt of the same member', () => {
    const again = play([...AWARD, { do: 'answered', key: 'k1', outcome: { kind: 'duplicate', prior: PRIOR } }])
    const { desk, effects } = play([{ do: 'serve_on' }], again.desk)
    expect(desk).toMatchObject({
      phase: { at: 'receipt' },
      who: { cardNumber: CARD.cardNumber },
      draft: { id: 2, receipt: '' },
    })
    expect(effects).toEqual([{ do: 'focus', field: 'receipt' }])
  })

  test('keeps who it was for, also where that became known while it was sent', () => {
    const known = play([...AWARD, { do: 'identified', token: 1, memberId: 'mem_a' }]).desk
    const { desk } = play([{ do: 'answered', key: 'k1', outcome: refused }, enter()], known)
    expect(desk.who).toEqual({ cardNumber: CARD.cardNumber, memberId: 'mem_a' })
  })

  test('and was moved or corrected instead is done too', () => {
    const { desk } = play([...AWARD, { do: 'answered', key: 'k1', outcome: conflict }, { do: 'settled_elsewhere' }])
    expect(desk).toMatchObject({ phase: { at: 'idle' }, draft: { id: 2 } })
  })
})

describe('the same amount for the same member within two minutes', () => {
  const again = (receipt: string, at: number): readonly DeskEvent[] => [
    { do: 'shown', asked: CARD },
    type('receipt', receipt),
    enter(),
    type('amount', '16800'),
    enter(undefined, 16800, 'k2', at),
  ]
  const first = play([...AWARD, { do: 'answered', key: 'k1', outcome: DONE }]).desk

  test('is asked about once, because a till prints two slips for one purchase', () => {
    const asked = play(again('536366', 60_000), first)
    expect(asked.desk.phase).toEqual({ at: 'second', minor: 16800, before: '536365' })
    expect(awards(asked.effects)).toEqual([])
    expect(awards(play([enter(undefined, 16800, 'k2', 61_000)], asked.desk).effects)).toHaveLength(1)
  })

  test('is not asked about later, nor under the same number', () => {
    expect(awards(play(again('536366', 120_000), first).effects)).toHaveLength(1)
    expect(awards(play(again('536365', 60_000), first).effects)).toHaveLength(1)
  })
})

describe('finding the member', () => {
  test('among several is by arrows and Enter', () => {
    const { desk } = play([
      enter(PHONE),
      { do: 'found', token: 1, items: [ADA, BEN] },
      { do: 'move', by: 1 },
      { do: 'move', by: 1 },
      enter(),
    ])
    expect(desk).toMatchObject({ phase: { at: 'receipt' }, who: BEN })
  })

  test('by a number that cannot be read yet waits for it and goes on as if it had been read at once', () => {
    const unread = { kind: 'unread', text: '9123 4567' } as const
    const waiting = play([type('query', '9123 4567'), enter(unread), type('receipt', '536365'), enter()])
    expect(waiting.desk.phase).toMatchObject({ at: 'looking', asked: unread, cursor: 'amount' })
    expect(waiting.effects.filter((effect) => effect.do === 'look_up')).toEqual([])
    const { desk, effects } = play([{ do: 'read', text: '9123 4567', as: PHONE }], waiting.desk)
    expect(effects).toEqual([{ do: 'look_up', token: 1, asked: PHONE }])
    const next = step(desk, { do: 'found', token: 1, items: [ADA] }).desk
    expect(next).toMatchObject({ phase: { at: 'amount' }, who: ADA })
    const other = play([type('query', '9')], waiting.desk).desk
    expect(step(other, { do: 'read', text: '9123 4567', as: PHONE })).toEqual({ desk: other, effects: [] })
  })

  test('does not take a receipt that is scanned meanwhile for somebody else', () => {
    const events = [enter(PHONE), { do: 'scanned_receipt', receiptNumber: '536365' }] as const
    const { desk } = play(events)
    expect(desk).toMatchObject({ phase: { at: 'looking', cursor: 'amount' }, draft: { receipt: '536365' } })
    expect(step(desk, { do: 'found', token: 1, items: [ADA] }).desk).toMatchObject({
      phase: { at: 'amount' },
      who: ADA,
    })
    expect(play([{ do: 'scanned_receipt', receiptNumber: '536365' }]).desk, 'nobody is served').toBe(START)
  })

  test('by a number that turns out to be none says so where it was typed', () => {
    const text = '1 2 3 4 5 6'
    const { desk } = play([enter({ kind: 'unread', text }), { do: 'read', text, as: { kind: 'unclear' } }])
    expect(desk).toMatchObject({ phase: { at: 'idle' }, mistake: 'unclear' })
  })

  test('of an unknown phone offers to enrol it', () => {
    const { desk, effects } = play([enter(PHONE), { do: 'found', token: 1, items: [] }, enter(PHONE)])
    expect(effects.at(-1)).toEqual({ do: 'enrol', asked: PHONE })
    expect(step(desk, { do: 'enrolled', who: ADA }).desk).toMatchObject({ phase: { at: 'receipt' }, who: ADA })
  })

  test('takes no answer that comes after another customer was asked for', () => {
    const { desk } = play([enter(PHONE), type('query', 'x'), enter(PHONE), { do: 'found', token: 1, items: [BEN] }])
    expect(desk).toMatchObject({ phase: { at: 'looking' }, who: undefined })
  })

  test('of a card that nobody has takes the card away before a receipt is lost on it', () => {
    const { desk } = play([
      { do: 'shown', asked: CARD },
      type('receipt', '1'),
      { do: 'not_found', token: 1, asked: CARD, code: 'member_not_found' },
    ])
    expect(desk).toMatchObject({ phase: { at: 'lookup_failed' }, who: undefined, draft: { receipt: '1' } })
  })

  test('keeps receipt and amount when the wrong card was scanned', () => {
    const { desk } = play([...AWARD.slice(0, 4), { do: 'shown', asked: { kind: 'card', cardNumber: BEN.cardNumber } }])
    expect(desk).toMatchObject({ who: { cardNumber: BEN.cardNumber }, draft: { receipt: '536365', amount: '16800' } })
  })

  test('of somebody else leaves nothing of the one before standing ready, and keeps what was typed meanwhile', () => {
    const served = play([...AWARD.slice(0, 4), { do: 'identified', token: 1, memberId: 'mem_a' }]).desk
    const other = [type('query', '9'), enter(PHONE), type('query', '91'), enter(PHONE)]
    const next = play([...other, { do: 'found', token: 3, items: [BEN] }], served).desk
    expect(next).toMatchObject({ who: BEN, phase: { at: 'receipt' }, draft: { receipt: '', amount: '' } })
    const ahead = play([...other, type('receipt', '77'), { do: 'found', token: 3, items: [BEN] }], served).desk
    expect(ahead.draft).toMatchObject({ receipt: '77', amount: '' })
    const same = play([...other, { do: 'found', token: 3, items: [ADA] }], served).desk
    expect(same.draft).toMatchObject({ receipt: '536365', amount: '16800' })
    const byCard = play([enter({ kind: 'card', cardNumber: BEN.cardNumber })], {
      ...served,
      phase: { at: 'idle' },
    }).desk
    expect(byCard).toMatchObject({ who: { cardNumber: BEN.cardNumber }, draft: { receipt: '', amount: '' } })
    expect(play([{ do: 'enrolled', who: BEN }], served).desk.draft).toMatchObject({ receipt: '', amount: '' })
  })

  test('finds its member for a slip that was typed before anybody was named', () => {
    const typed = [type('receipt', '77'), type('amount', '100'), type('query', '9')]
    const { desk } = play([...typed, enter(PHONE), { do: 'found', token: 1, items: [BEN] }])
    expect(desk).toMatchObject({ who: BEN, draft: { receipt: '77', amount: '100' } })
  })

  test('by the code of who is served only proves more, so that a payment in the making goes on', () => {
    const served = play([...AWARD.slice(0, 4), { do: 'identified', token: 1, memberId: 'mem_a' }]).desk
    const code = { kind: 'code', cardNumber: CARD.cardNumber, code: `${CARD.cardNumber}.K7Q2M4XZ` } as const
    const { desk, effects } = play([{ do: 'shown', asked: code }], served)
    expect(desk).toMatchObject({ phase: { at: 'amount' }, who: { memberId: 'mem_a', code: code.code } })
    expect(desk.draft).toEqual(served.draft)
    expect(effects.filter((effect) => effect.do === 'focus')).toEqual([])
    const refused = step(desk, { do: 'not_found', token: 2, asked: code, code: 'code_expired' }).desk
    expect(refused).toMatchObject({ phase: { at: 'amount' }, mistake: 'code_refused' })
    expect(refused.who).toEqual({ memberId: 'mem_a', cardNumber: CARD.cardNumber })
  })

  test('takes a card that a slow scanner typed into the receipt field for the card that it is', () => {
    const { desk } = play([{ do: 'shown', asked: CARD }, type('receipt', VALID_CARD), enter()])
    expect(desk).toMatchObject({ phase: { at: 'receipt' }, who: { cardNumber: VALID_CARD }, draft: { receipt: '' } })
  })

  test('says that a card number is mistyped and asks for nobody', () => {
    const { desk, effects } = play([enter({ kind: 'mistyped_card' })])
    expect(desk.mistake).toBe('mistyped_card')
    expect(effects).toEqual([])
  })
})
