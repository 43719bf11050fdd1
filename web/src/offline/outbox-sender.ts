/**
 * Sends what the outbox holds, one sender per device: a lock that all tabs of the desk share. Whoever has it sends the rows
 * of who is signed in, oldest first per member, until nothing is due, the network is gone, or a sign-in is needed.
 */
import { afterTry, isOpen, isSpent, nextDueAt, nextToSend, type OutboxRow, resumed, type TryOutcome } from './outbox.ts'
import type { OutboxStore } from './outbox-store.ts'

const LOCK = 'revisit-outbox'
const IDLE_MS = 60_000

export type SenderNeeds = {
  readonly store: OutboxStore
  readonly trySend: (row: OutboxRow) => Promise<TryOutcome>
  /** Who is signed in now. */
  readonly sub: () => string | undefined
  readonly onChange: () => void
  readonly now: () => number
  readonly chance: () => number
  readonly locks: Pick<LockManager, 'request'>
}

export type Sender = ReturnType<typeof outboxSender>

export function outboxSender(needs: SenderNeeds) {
  const { store, now, onChange } = needs
  let timer: ReturnType<typeof setTimeout> | undefined

  /** Sends the row, or finds that another tab has. @returns the row after one try, while others may still be sent. */
  function sendNow(id: string): Promise<OutboxRow | undefined> {
    return new Promise((resolve, reject) => {
      const onTried = (row: OutboxRow | undefined) => row?.id === id && resolve(row)
      drain({ first: id, onTried })
        .then(() => store.get(id))
        .then(resolve, reject)
    })
  }

  function drain(options: Pass = {}): Promise<void> {
    return needs.locks.request(LOCK, async () => {
      await drainLocked(needs, options)
      await plan()
    })
  }

  async function plan(): Promise<void> {
    clearTimeout(timer)
    const sub = needs.sub()
    if (sub === undefined) return
    const dueAt = nextDueAt(await store.all(), sub)
    const wait = dueAt === undefined ? IDLE_MS : Math.max(0, dueAt - now())
    timer = setTimeout(() => void drain().catch(report), wait)
  }

  return {
    sendNow,
    drain,
    /** Somebody signed in: what waited for that goes on, and what is long done is forgotten. */
    async start(): Promise<void> {
      const rows = await store.all()
      const sub = needs.sub()
      if (sub !== undefined) await store.put(...resumed(rows, sub))
      await store.remove(rows.filter((row) => isSpent(row, now())).map(({ id }) => id))
      onChange()
      await drain({ isForced: true })
    },
    stop: () => clearTimeout(timer),
  }
}

type Pass = {
  readonly first?: string
  readonly isForced?: boolean
  readonly onTried?: (row: OutboxRow | undefined) => void
}

async function drainLocked(needs: SenderNeeds, { onTried, ...about }: Pass): Promise<void> {
  const { store, now, onChange } = needs
  const tried = new Set<string>()
  for (;;) {
    const sub = needs.sub()
    const row = sub === undefined ? undefined : nextToSend(await store.all(), { ...about, sub, now: now(), tried })
    if (row === undefined) return
    tried.add(row.id)
    await store.put({ ...row, state: 'sending' })
    onChange()
    const outcome = await needs.trySend(row)
    // Put away meanwhile, it stays as it was put away.
    const after = await store.change(row.id, (current) =>
      isOpen(current) ? afterTry(current, outcome, { now: now(), chance: needs.chance() }) : current,
    )
    onTried?.(after)
    onChange()
    if (outcome.kind === 'stopped' || (outcome.kind === 'again' && outcome.isNetwork)) return
  }
}

function report(error: unknown): void {
  console.warn('the outbox could not be read', error)
}
