/** Runs the desk's machine in the page: hands it events, does what it asks for, and puts the cursor where it says. */
import { useCallback, useEffect, useRef, useState } from 'react'
import { serverNow } from '../../api.ts'
import { useFormats } from '../../i18n/provider.tsx'
import { isOpen, type OutboxRow } from '../../offline/outbox.ts'
import { useApi } from '../../page.tsx'
import { asProblem } from '../../problem.ts'
import { device } from '../device.ts'
import { lookUp } from '../members.ts'
import { newSlipKey, useOutbox } from '../outbox.tsx'
import { usePlace } from '../place.tsx'
import { play } from '../sound.ts'
import type { Store } from '../wire.ts'
import { step } from './desk.ts'
import {
  type Desk,
  type DeskEvent,
  type Draft,
  type Effect,
  type Field,
  type Outcome,
  type Slip,
  START,
} from './desk-state.ts'
import { exponentOf, minorOf } from './money-entry.ts'
import { type ReadPhone, recognise } from './recognise.ts'

/** A customer should not wait longer for a network than this. */
const FREE_AFTER_MS = 3_000
/** Slips say less: whoever typed this much held a key down. */
const LARGE_UNITS = 1_000_000

export type Asks = {
  readonly onVoucher: (code: string) => void
  readonly onEnrol: (asked: Extract<Effect, { do: 'enrol' }>['asked']) => void
}

export type Running = ReturnType<typeof useDesk>

export function useDesk(readPhone: ReadPhone | undefined, asks: Asks) {
  const { currency } = usePlace()
  const [desk, setDesk] = useState<Desk>(START)
  const now = useRef<Desk>(START)
  const { fields, focus } = useFocus()
  const run = useRef<(effect: Effect) => void>(() => undefined)
  const dispatch = useCallback((event: DeskEvent) => {
    const next = step(now.current, event)
    now.current = next.desk
    setDesk(next.desk)
    for (const effect of next.effects) run.current(effect)
  }, [])
  const perform = useEffects(dispatch)
  run.current = (effect) => {
    if (effect.do === 'focus') focus(effect.field)
    else if (effect.do === 'open_voucher') asks.onVoucher(effect.code)
    else if (effect.do === 'enrol') asks.onEnrol(effect.asked)
    else perform(effect)
  }
  const early = useRef<Draft>(undefined)
  const enter = useCallback(() => {
    const { draft, phase } = now.current
    const isCommit = phase.at === 'amount' || (phase.at === 'looking' && phase.cursor === 'amount')
    // What an amount is, is known with the program: the Enter is kept until then, for what was typed when it came.
    if (currency === '' && isCommit && draft.amount !== '') {
      early.current = draft
      return
    }
    early.current = undefined
    const asked = recognise(draft.query, readPhone)
    const exponent = currency === '' ? 0 : exponentOf(currency)
    const minor = currency === '' ? undefined : minorOf(draft.amount, exponent)
    const isLarge = minor !== undefined && minor >= LARGE_UNITS * 10 ** exponent
    dispatch({ do: 'enter', asked, minor, key: newSlipKey(), at: serverNow(), isLarge })
  }, [dispatch, readPhone, currency])
  useEffect(() => {
    if (currency !== '' && early.current !== undefined && early.current === now.current.draft) enter()
  }, [currency, enter])
  return { desk, dispatch, enter, fields, focus }
}

/**
 * The cursor moves after the page has the new state, or a field that just appeared would not take it, and after a sheet that
 * closes has given the cursor back.
 */
function useFocus() {
  const fields = useRef<Partial<Record<Field, HTMLInputElement | null>>>({})
  const wanted = useRef<Field>(undefined)
  const [, paint] = useState(0)
  useEffect(() => {
    const field = wanted.current && fields.current[wanted.current]
    wanted.current = undefined
    // Where the cursor is there already somebody may be typing: what they typed must not be selected and overwritten.
    if (!field || field === document.activeElement) return
    field.focus()
    field.select()
  })
  const focus = useCallback((field: Field) => {
    wanted.current = field
    paint((count) => count + 1)
  }, [])
  useEffect(() => focus('query'), [focus])
  return { fields, focus }
}

/** Look-ups and awards. */
function useEffects(dispatch: (event: DeskEvent) => void) {
  const api = useApi()
  const outbox = useOutbox()
  const { store, currency } = usePlace()
  const formats = useFormats()
  const tell = (slip: Slip, answer: Promise<Outcome>) => {
    const timer = setTimeout(() => dispatch({ do: 'waited', key: slip.key }), FREE_AFTER_MS)
    answer
      .catch((): Outcome => ({ kind: 'refused', code: 'device_full', params: {} }))
      .then((outcome) => {
        clearTimeout(timer)
        if (device().hasSound) play(outcome.kind === 'done' ? 'done' : 'problem')
        dispatch({ do: 'answered', key: slip.key, outcome })
      })
  }
  return (effect: Exclude<Effect, { do: 'focus' | 'open_voucher' | 'enrol' }>) => {
    switch (effect.do) {
      case 'look_up':
        find(effect)
        break
      case 'award':
        tell(effect.slip, award(effect.slip))
        break
      case 'ask_again':
        tell(effect.slip, outbox.askAgain(effect.slip))
        break
      case 'give_up':
        outbox.discard(effect.key, 'answered_at_desk')
    }
  }

  async function award(slip: Slip): Promise<Outcome> {
    const { state } = outbox.room
    if (store === undefined) return { kind: 'refused', code: 'no_store', params: {} }
    if (state === 'full' || state === 'too_old') return { kind: 'refused', code: `outbox_${state}`, params: {} }
    if (outbox.rows.some((row) => isSameReceipt(row, { slip, store, dayOf: formats.dayOf })))
      return { kind: 'refused', code: 'receipt_waiting', params: {} }
    return outbox.award(slip, { storeId: store.id, currency })
  }

  function find({ token, asked }: Extract<Effect, { do: 'look_up' }>): void {
    lookUp(api, asked).then(
      (items) => {
        const [first] = items
        const isShown = asked.kind === 'card' || asked.kind === 'code'
        if (!isShown)
          dispatch({ do: 'found', token, items: items.map(({ id, cardNumber }) => ({ memberId: id, cardNumber })) })
        else if (first) dispatch({ do: 'identified', token, memberId: first.id })
        else dispatch({ do: 'not_found', token, asked, code: 'member_not_found' })
      },
      (error: unknown) => {
        const problem = asProblem(error)
        // Without an answer a card still names its member; whoever has it is known when the award is sent.
        const isServed = (asked.kind === 'card' || asked.kind === 'code') && problem.isUnknown
        if (!isServed) dispatch({ do: 'not_found', token, asked, code: problem.code })
      },
    )
  }
}

type Asked = { readonly slip: Slip; readonly store: Store; readonly dayOf: (time: string | number) => string }

/** Still to be sent. Numbers that begin anew name another receipt on another day. */
function isSameReceipt(row: OutboxRow, { slip, store, dayOf }: Asked): boolean {
  if (!isOpen(row) || row.storeId !== store.id || row.receiptNumber !== slip.receiptNumber) return false
  return store.receiptSeries === 'never' || dayOf(row.purchasedAt) === dayOf(slip.at)
}
