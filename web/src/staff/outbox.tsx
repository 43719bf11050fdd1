/**
 * The outbox as the screens see it: its rows, and the one way to award. An award is on disk before it is sent, and who
 * waits for it is told what came of the first try.
 */
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useRef, useState } from 'react'
import { ulid } from 'ulid'
import { type Api, serverNow } from '../api.ts'
import {
  isOpen,
  needsSomebody,
  newRow,
  type OutboxRow,
  type Room,
  roomFor,
  type TryOutcome,
} from '../offline/outbox.ts'
import { outboxSender } from '../offline/outbox-sender.ts'
import { outboxStore } from '../offline/outbox-store.ts'
import { useApi, useIsOnline } from '../page.tsx'
import { asProblem } from '../problem.ts'
import type { Outcome, Prior, Slip } from './desk/desk-state.ts'
import { failedOutcome, outcomeOf, priorOf, sentOutcome } from './desk/outcome.ts'
import { device } from './device.ts'
import type { Awarded } from './wire.ts'

export type Outbox = {
  /** Newest first. */
  readonly rows: readonly OutboxRow[]
  readonly room: Room
  readonly refused: readonly OutboxRow[]
  /** Of this person's, what is still to be sent. */
  readonly ownWaiting: number
  /** Written down, then sent. @throws where the device cannot keep it: then nothing was sent. */
  readonly award: (slip: Slip, at: { readonly storeId: string; readonly currency: string }) => Promise<Outcome>
  readonly askAgain: (slip: Slip) => Promise<Outcome>
  /** Puts a refused row away; the reason stays with it. */
  readonly discard: (id: string, reason: string) => Promise<void>
  readonly sendAll: () => Promise<void>
}

const OutboxContext = createContext<Outbox | undefined>(undefined)
const CHANGED = 'revisit-outbox-changed'

export function useOutbox(): Outbox {
  const outbox = useContext(OutboxContext)
  if (outbox === undefined) throw new Error('no OutboxProvider')
  return outbox
}

export function OutboxProvider({
  sub,
  isSignedIn,
  children,
}: {
  sub: string
  isSignedIn: boolean
  children: ReactNode
}) {
  const api = useApi()
  const isOnline = useIsOnline()
  const [rows, setRows] = useState<readonly OutboxRow[]>([])
  const who = useRef<string>(undefined)
  who.current = isSignedIn ? sub : undefined
  const machine = useMemo(() => machineOf(api, () => who.current), [api])
  useEffect(() => machine.listen(setRows), [machine])
  useEffect(() => {
    if (isSignedIn) machine.sender.start().catch(machine.report)
    return () => machine.sender.stop()
  }, [machine, isSignedIn])
  useEffect(() => {
    const onBack = () =>
      document.visibilityState === 'visible' && machine.sender.drain({ isForced: true }).catch(machine.report)
    window.addEventListener('focus', onBack)
    window.addEventListener('online', onBack)
    return () => {
      window.removeEventListener('focus', onBack)
      window.removeEventListener('online', onBack)
    }
  }, [machine])
  const award = useCallback<Outbox['award']>(
    (slip, at) => machine.award(slip, { ...at, sub, isOnline }),
    [machine, sub, isOnline],
  )
  const outbox = useMemo<Outbox>(
    () => ({
      rows: rows.toReversed(),
      room: roomFor(rows, Date.now()),
      refused: rows.filter(needsSomebody),
      ownWaiting: rows.filter((row) => row.sub === sub && isOpen(row)).length,
      award,
      askAgain: (slip) => machine.send(slip.key, isOnline),
      discard: machine.discard,
      sendAll: () => machine.sender.drain({ isForced: true }),
    }),
    [rows, sub, award, machine, isOnline],
  )
  return <OutboxContext.Provider value={outbox}>{children}</OutboxContext.Provider>
}

/** What outlives a rendering: one store, one sender, and the channel by which tabs tell each other of a change. */
function machineOf(api: Api, sub: () => string | undefined) {
  const store = outboxStore()
  const changes = new BroadcastChannel(CHANGED)
  const priors = new Map<string, Prior>()
  const listeners = new Set<(rows: readonly OutboxRow[]) => void>()
  const report = (error: unknown) => console.warn('the outbox could not be used', error)
  const refresh = () => {
    store
      .all()
      .then((rows) => {
        for (const listener of listeners) listener(rows.toSorted((a, b) => a.madeAt - b.madeAt))
      })
      .catch(report)
  }
  const onChange = () => {
    refresh()
    changes.postMessage('changed')
  }
  changes.onmessage = refresh
  const trySend = (row: OutboxRow) => sendRow(api, row, priors)
  const sender = outboxSender({
    store,
    trySend,
    sub,
    onChange,
    now: Date.now,
    chance: Math.random,
    locks: navigator.locks,
  })
  async function send(id: string, isOnline: boolean): Promise<Outcome> {
    const row = await sender.sendNow(id)
    return outcomeOf(row, priors.get(id), isOnline && navigator.onLine)
  }
  return {
    sender,
    send,
    report,
    listen(listener: (rows: readonly OutboxRow[]) => void) {
      listeners.add(listener)
      refresh()
      return () => {
        listeners.delete(listener)
      }
    },
    async award(
      slip: Slip,
      at: { storeId: string; currency: string; sub: string; isOnline: boolean },
    ): Promise<Outcome> {
      await store.put(rowOf(slip, at))
      onChange()
      if (sub() === undefined || !at.isOnline) return { kind: 'queued' }
      return send(slip.key, at.isOnline)
    },
    async discard(id: string, reason: string): Promise<void> {
      await store.change(id, (row) => (row.state === 'refused' ? { ...row, discarded: reason } : row))
      onChange()
    },
  }
}

/** The row has the slip's key as its id, so that writing it down twice is writing it down once. */
function rowOf(slip: Slip, { storeId, currency, sub }: { storeId: string; currency: string; sub: string }): OutboxRow {
  const { who, receiptNumber, minor, key } = slip
  const member = who.memberId !== undefined ? { memberId: who.memberId } : { cardNumber: who.cardNumber ?? '' }
  const purchasedAt = new Date(serverNow()).toISOString()
  const body = JSON.stringify({ ...member, storeId, receiptNumber, amount: { amount: minor, currency }, purchasedAt })
  return newRow({
    ...{ id: key, key, body, sub, storeId, receiptNumber, minor, purchasedAt },
    device: device().label,
    member: who.cardNumber ?? who.memberId ?? '',
    madeAt: Date.now(),
  })
}

async function sendRow(api: Api, row: OutboxRow, priors: Map<string, Prior>): Promise<TryOutcome> {
  try {
    const body: unknown = JSON.parse(row.body)
    const answer = await api.call<Awarded>('/points/purchases', { method: 'POST', body, key: row.key })
    const by = answer.header('awarded-by')
    const about = { by: by && decodeURIComponent(by), isUndone: answer.header('award-undone') === 'true' }
    return sentOutcome({ ...answer, ...about }, row.tries)
  } catch (error) {
    const problem = asProblem(error)
    const prior = priorOf(problem)
    if (prior) priors.set(row.id, prior)
    return failedOutcome(problem)
  }
}

/** A key for one award; sorts by time. */
export const newSlipKey = () => ulid()
