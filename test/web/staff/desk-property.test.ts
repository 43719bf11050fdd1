/** Any keys in any order, with any answers: no customer is awarded twice, and nothing typed is lost. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { step } from '../../../web/src/staff/desk/desk.ts'
import { type Desk, type DeskEvent, type Outcome, START } from '../../../web/src/staff/desk/desk-state.ts'

const CARDS = ['630000000001', '630000000002']
const PRIOR = { recordedAt: '2026-11-23T04:03:00Z', by: 'may', points: 1, memberName: null }

const asked = fc.oneof(
  fc.constantFrom({ kind: 'nothing' } as const, { kind: 'unclear' } as const, { kind: 'mistyped_card' } as const),
  fc.constantFrom(...CARDS).map((cardNumber) => ({ kind: 'card', cardNumber }) as const),
  fc.constant({ kind: 'phone', phone: '+85291234567', shown: '+852 9123 4567' } as const),
  fc.constant({ kind: 'voucher', code: 'ABCDEFGH2345' } as const),
  fc.constant({ kind: 'unread', text: '9123 4567' } as const),
)
const readAs = fc.constantFrom(
  { kind: 'phone', phone: '+85291234567', shown: '+852 9123 4567' } as const,
  { kind: 'unclear' } as const,
)
const shown = fc
  .constantFrom(...CARDS)
  .map((cardNumber) => ({ do: 'shown', asked: { kind: 'card', cardNumber } }) as const)
const field = fc.constantFrom('query', 'receipt', 'amount')
const candidates = fc.subarray(CARDS.map((cardNumber, index) => ({ memberId: `mem_${index}`, cardNumber })))
const outcome: fc.Arbitrary<Outcome> = fc.oneof(
  fc.constant({ kind: 'done', result: { points: 1, available: 1, pending: 0, entryId: 'ent_1' } } as const),
  fc.constantFrom({ kind: 'unsure' } as const, { kind: 'queued' } as const),
  fc.constantFrom({ kind: 'duplicate', prior: PRIOR } as const, { kind: 'conflict', prior: PRIOR } as const),
  fc.constant({ kind: 'refused', code: 'account_closed', params: {} } as const),
)

/** Keys and times are given when the event is played, as the page does. */
type Planned =
  | { readonly do: 'enter'; readonly asked: Extract<DeskEvent, { do: 'enter' }>['asked'] }
  | { readonly do: 'answered'; readonly back: number; readonly outcome: Outcome }
  | { readonly do: 'waited' }
  | { readonly do: 'found'; readonly items: Extract<DeskEvent, { do: 'found' }>['items'] }
  | Exclude<DeskEvent, { do: 'enter' | 'answered' | 'waited' | 'found' }>

const planned: fc.Arbitrary<Planned> = fc.oneof(
  { weight: 6, arbitrary: asked.map((what) => ({ do: 'enter', asked: what }) as const) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('typed' as const), field, text: fc.constantFrom('1', '22', '536365', '') }),
  },
  { weight: 3, arbitrary: shown },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('answered' as const), back: fc.integer({ min: 0, max: 2 }), outcome }),
  },
  { weight: 2, arbitrary: candidates.map((items) => ({ do: 'found', items }) as const) },
  fc.record({ do: fc.constant('focused' as const), field }),
  fc.constantFrom<Planned>({ do: 'escape' }, { do: 'waited' }, { do: 'clear' }, { do: 'settled_elsewhere' }),
  fc.constantFrom<Planned>({ do: 'serve_on' }),
  fc.constantFrom<Planned>(
    { do: 'move', by: 1 },
    { do: 'move', by: -1 },
    { do: 'pick', index: 0 },
    { do: 'enrolled', who: { memberId: 'mem_9' } },
  ),
  fc.constant<Planned>({ do: 'scanned_receipt', receiptNumber: '777' }),
  readAs.map((as): Planned => ({ do: 'read', text: '9123 4567', as })),
)

/** A whole award, so that chance alone need not find the way to its end. */
const SERVE: readonly Planned[] = [
  { do: 'shown', asked: { kind: 'card', cardNumber: '630000000001' } },
  { do: 'typed', field: 'receipt', text: '536365' },
  { do: 'enter', asked: { kind: 'nothing' } },
  { do: 'typed', field: 'amount', text: '16800' },
  { do: 'enter', asked: { kind: 'nothing' } },
]
const stretches = fc.oneof(
  { weight: 6, arbitrary: planned.map((plan) => [plan]) },
  { weight: 1, arbitrary: fc.constant(SERVE) },
)

type Sent = { readonly key: string; readonly draftId: number; readonly content: string; isRefused: boolean }

/** What is true between any two events. */
function check(before: Desk, event: DeskEvent, sent: Sent[]): Desk {
  const { desk, effects } = step(before, event)
  for (const effect of effects) {
    if (effect.do === 'award') {
      const { key, draftId, who, receiptNumber, minor } = effect.slip
      // Whatever was sent for this customer before has been refused for good.
      expect(sent.filter((one) => one.draftId === draftId).every((one) => one.isRefused)).toBe(true)
      expect(sent.some((one) => one.key === key)).toBe(false)
      sent.push({ key, draftId, content: JSON.stringify([who, receiptNumber, minor]), isRefused: false })
    }
    if (effect.do === 'ask_again') {
      const { key, who, receiptNumber, minor } = effect.slip
      expect(sent.find((one) => one.key === key)?.content).toBe(JSON.stringify([who, receiptNumber, minor]))
    }
    if (effect.do === 'give_up') for (const one of sent) if (one.key === effect.key) one.isRefused = true
  }
  expectDraftKept(before, desk, event)
  return desk
}

const ENDS: readonly DeskEvent['do'][] = [
  ...(['answered', 'waited', 'clear', 'settled_elsewhere', 'serve_on', 'escape', 'enter'] as const),
]

function expectDraftKept(before: Desk, after: Desk, event: DeskEvent): void {
  if (after.draft.id !== before.draft.id) {
    // Only an award that counts, that the outbox has, that counted before, or the button that clears ends a draft.
    expect(ENDS).toContain(event.do)
    const wasInHand = ['sending', 'unsure', 'duplicate', 'conflict'].includes(before.phase.at)
    expect(wasInHand || event.do === 'clear').toBe(true)
    return
  }
  const typedNow = event.do === 'typed' ? event.field : event.do === 'scanned_receipt' ? 'receipt' : undefined
  const isOther = isForAnother(before, after, event)
  for (const name of ['receipt', 'amount'] as const) {
    if (name === typedNow) continue
    const isLeft = isOther && after.draft[name] === ''
    if (!isLeft) expect(after.draft[name]).toBe(before.draft[name])
  }
}

/** Somebody else was asked for and found: what was typed for the one before is not for them. */
function isForAnother(before: Desk, { who }: Desk, event: DeskEvent): boolean {
  const asked = before.who ?? before.before?.who
  const isFinding = ['found', 'enter', 'pick', 'enrolled'].includes(event.do)
  return isFinding && asked !== undefined && who !== undefined && who.cardNumber !== asked.cardNumber
}

describe('the desk, whatever keys and answers come', () => {
  test('never awards one customer twice and never loses what was typed', () => {
    let awarded = 0
    fc.assert(
      fc.property(fc.array(stretches, { minLength: 10, maxLength: 60 }), (parts) => {
        let desk = START
        const sent: Sent[] = []
        parts.flat().forEach((plan, index) => {
          const event = eventOf(plan, { desk, sent, index })
          if (event) desk = check(desk, event, sent)
        })
        awarded += sent.length
      }),
      { seed: 4, numRuns: 2_000 },
    )
    expect(awarded).toBeGreaterThan(2_000)
  })
})

function eventOf(
  plan: Planned,
  { desk, sent, index }: { desk: Desk; sent: readonly Sent[]; index: number },
): DeskEvent | undefined {
  if (plan.do === 'enter') {
    const minor = desk.draft.amount === '' ? undefined : Number(desk.draft.amount)
    return { do: 'enter', asked: plan.asked, minor, key: `key-${index}`, at: index * 10_000 }
  }
  if (plan.do === 'found') return { do: 'found', token: desk.lookups, items: plan.items }
  if (plan.do !== 'answered' && plan.do !== 'waited') return plan
  const key = sent.at(-1 - (plan.do === 'answered' ? plan.back : 0))?.key
  if (key === undefined) return undefined
  return plan.do === 'waited' ? { do: 'waited', key } : { do: 'answered', key, outcome: plan.outcome }
}
