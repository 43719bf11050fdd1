/** Histories made false on purpose, one way each, to see that the checker of histories notices. */
import type { History } from './history.ts'
import type { Outcome, Recorded } from './recorder.ts'
import type { Effect, Statement } from './statement.ts'

export type Falsified = {
  readonly name: string
  /** Whether callers could tell it from what they were told alone. */
  readonly isToldToCallers: boolean
  /** Undefined where this history has nothing to falsify so. */
  readonly make: (history: History) => History | undefined
}

const NOTHING = { available: 0, pending: 0, reserved: 0, debt: 0 }

function ownEffects({ statement }: History): readonly Effect[] {
  return [...statement.effects.values()][0] ?? []
}

function withEffects(history: History, effects: readonly Effect[]): History {
  const [member = ''] = history.statement.effects.keys()
  const statement: Statement = { ...history.statement, effects: new Map([[member, effects]]) }
  return { ...history, statement }
}

function withCall(history: History, call: Recorded | undefined, change: (call: Recorded) => Partial<Recorded>) {
  if (call === undefined) return undefined
  return { ...history, calls: history.calls.map((one) => (one === call ? { ...one, ...change(one) } : one)) }
}

function firstTold<Kind extends Outcome['kind']>({ calls }: History, kind: Kind, isMeant = (_: Recorded) => true) {
  return calls.find((call) => call.outcome.kind === kind && isMeant(call))
}

/** As if a redemption that was refused had been refused for this. */
function refusedAs(history: History, code: string): History | undefined {
  const refused = firstTold(history, 'refused', ({ deed }) => deed.do === 'redeem')
  return withCall(history, refused, () => ({ outcome: { kind: 'refused', code, isRepeat: false } }))
}

/** A success whose caller was told, and no other call of the same deed. */
function told(history: History): Effect | undefined {
  const alone = (id: string) => history.calls.filter(({ deed }) => deed.id === id).length === 1
  return ownEffects(history).find(({ id }) => alone(id) && firstTold(history, 'done', ({ deed }) => deed.id === id))
}

function renumbered(effects: readonly Effect[]): Effect[] {
  return effects.map((effect, index) => ({ ...effect, first: index + 1, last: index + 1, seq: index + 1 }))
}

export const FALSIFIED: readonly Falsified[] = [
  {
    name: 'an effect that was told is lost',
    isToldToCallers: false,
    make(history) {
      const lost = told(history)
      return lost && withEffects(history, renumbered(ownEffects(history).filter((effect) => effect !== lost)))
    },
  },
  {
    name: 'an effect is there twice',
    isToldToCallers: false,
    make(history) {
      const [first] = ownEffects(history)
      return first && withEffects(history, renumbered([...ownEffects(history), { ...first, entry: 'another' }]))
    },
  },
  {
    name: 'an effect is there that nobody asked for',
    isToldToCallers: false,
    make(history) {
      const last = ownEffects(history).at(-1)
      return (
        last &&
        withEffects(history, renumbered([...ownEffects(history), { ...last, id: 'O#nobody', entry: 'another' }]))
      )
    },
  },
  {
    name: 'a number is left out',
    isToldToCallers: false,
    make(history) {
      const last = ownEffects(history).at(-1)
      if (last === undefined) return undefined
      const moved = { ...last, first: last.first + 1, last: last.last + 1 }
      return withEffects(history, [...ownEffects(history).slice(0, -1), moved])
    },
  },
  {
    name: 'what ended first stands behind what began later',
    isToldToCallers: false,
    make(history) {
      const effects = ownEffects(history)
      const calls = new Map(history.calls.map((call) => [call.deed.id, call]))
      const place = effects.findIndex((effect, index) => {
        const [one, other] = [calls.get(effect.id), calls.get(effects[index + 1]?.id ?? '')]
        return one?.outcome.kind === 'done' && other !== undefined && one.end < other.begin
      })
      const [first, second] = [effects[place], effects[place + 1]]
      if (first === undefined || second === undefined) return undefined
      return withEffects(history, renumbered(effects.with(place, second).with(place + 1, first)))
    },
  },
  {
    name: 'a caller was told a balance that is one point off',
    isToldToCallers: true,
    make: (history) =>
      withCall(history, firstTold(history, 'done'), ({ outcome }) => {
        const balances = outcome.kind === 'done' ? outcome.balances : NOTHING
        return { outcome: { ...outcome, balances: { ...balances, available: balances.available + 1 } } as Outcome }
      }),
  },
  {
    name: 'the ledger keeps a balance that is one point off',
    isToldToCallers: false,
    make(history) {
      const [first, ...others] = ownEffects(history)
      if (first === undefined) return undefined
      return withEffects(history, [
        { ...first, after: { ...first.after, available: first.after.available + 1 } },
        ...others,
      ])
    },
  },
  {
    name: 'a read shows what was over before it began',
    isToldToCallers: true,
    make(history) {
      const over = firstTold(history, 'done')
      const read = firstTold(history, 'shown', ({ begin }) => over !== undefined && over.end < begin)
      return withCall(history, read, () => ({ outcome: { kind: 'shown', version: 0, balances: NOTHING } }))
    },
  },
  {
    name: 'a read shows what is yet to come',
    isToldToCallers: true,
    make(history) {
      const effects = ownEffects(history)
      const last = effects.at(-1)
      const began = history.calls.find(({ deed }) => deed.id === last?.id)?.begin ?? 0
      const read = firstTold(history, 'shown', ({ end }) => end < began)
      if (last === undefined) return undefined
      return withCall(history, read, () => ({ outcome: { kind: 'shown', version: last.last, balances: last.after } }))
    },
  },
  {
    name: 'a repeat is told another entry than the first',
    isToldToCallers: true,
    make(history) {
      const repeat = firstTold(history, 'done', ({ outcome }) => outcome.kind === 'done' && outcome.isRepeat)
      const other = ownEffects(history).find(({ id }) => id !== repeat?.deed.id)
      if (other === undefined) return undefined
      const { entry, seq, told: balances } = other
      return withCall(history, repeat, () => ({ outcome: { kind: 'done', entry, seq, balances, isRepeat: true } }))
    },
  },
  {
    name: 'what was refused happened all the same',
    isToldToCallers: false,
    make(history) {
      const last = ownEffects(history).at(-1)
      if (last === undefined) return undefined
      const refused = new Map([...history.statement.refused, [last.id, 'insufficient_points']])
      return { ...history, statement: { ...history.statement, refused } }
    },
  },
  {
    name: 'a refusal was never true',
    isToldToCallers: true,
    make: (history) => refusedAs(history, 'account_frozen'),
  },
  {
    name: 'a member was said to be new who had long been there',
    isToldToCallers: true,
    make: (history) => refusedAs(history, 'new_member_hold'),
  },
  {
    name: 'more was spent than there was',
    isToldToCallers: true,
    make(history) {
      const redeemed = firstTold(history, 'done', ({ deed }) => deed.do === 'redeem')
      if (redeemed?.deed.do !== 'redeem') return undefined
      const deed = { ...redeemed.deed, points: redeemed.deed.points + 100_000 }
      const calls = history.calls.map((call) => (call.deed.id === deed.id ? { ...call, deed } : call))
      const effects = ownEffects(history).map((one) => (one.id === deed.id ? { ...one, points: -deed.points } : one))
      return withEffects({ ...history, calls }, effects)
    },
  },
]
