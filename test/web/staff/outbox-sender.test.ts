/** The sender over a store in memory and one lock for two tabs, with answers in any order. */
import { describe, expect, test } from 'vitest'
import { newRow, type OutboxRow, type TryOutcome } from '../../../web/src/offline/outbox.ts'
import { outboxSender } from '../../../web/src/offline/outbox-sender.ts'

const SENT: TryOutcome = {
  kind: 'sent',
  answer: { points: 1, available: 1, pending: 0, entryId: 'ent_1', recordedAt: '2026-11-23T10:00:00Z' },
}
const SILENCE: TryOutcome = { kind: 'again', isNetwork: true }

function rowOf(id: string, member = 'mem_a', sub = 'may'): OutboxRow {
  const made = {
    ...{ id, key: `key-${id}`, body: id, sub, storeId: 'central', device: 'till-1', member },
    ...{ receiptNumber: id, minor: 100, purchasedAt: '2026-11-23T10:00:00Z', madeAt: Number(id) },
  }
  return newRow(made)
}

class Device {
  readonly rows = new Map<string, OutboxRow>()
  readonly sent: string[] = []
  answers: Readonly<Record<string, TryOutcome>> = {}
  sub: string | undefined = 'may'
  now = 10_000
  #lock: Promise<unknown> = Promise.resolve()
  atOnce = 0
  mostAtOnce = 0

  readonly store = {
    all: async () => [...this.rows.values()],
    get: async (id: string) => this.rows.get(id),
    put: async (...rows: readonly OutboxRow[]) => {
      for (const row of rows) this.rows.set(row.id, row)
    },
    change: async (id: string, to: (row: OutboxRow) => OutboxRow) => {
      const row = this.rows.get(id)
      if (row) this.rows.set(id, to(row))
      return this.rows.get(id)
    },
    remove: async (ids: readonly string[]) => {
      for (const id of ids) this.rows.delete(id)
    },
  }

  tab() {
    return outboxSender({
      store: this.store,
      trySend: async (row) => {
        this.atOnce += 1
        this.mostAtOnce = Math.max(this.mostAtOnce, this.atOnce)
        await Promise.resolve()
        this.sent.push(`${row.id} ${row.key} ${row.body}`)
        this.atOnce -= 1
        return this.answers[row.id] ?? SENT
      },
      sub: () => this.sub,
      onChange: () => undefined,
      now: () => this.now,
      chance: () => 0,
      // A lock of the platform as far as it is used: one after the other.
      locks: { request: (_: string, work: unknown) => this.#next(work) } as Pick<LockManager, 'request'>,
    })
  }

  #next(work: unknown): Promise<unknown> {
    const turn = this.#lock.then(() => (work as () => Promise<unknown>)())
    this.#lock = turn.catch(() => undefined)
    return turn
  }

  state(id: string) {
    return this.rows.get(id)?.state
  }
}

async function withTab(device: Device, work: (tab: ReturnType<Device['tab']>) => Promise<unknown>): Promise<void> {
  const tab = device.tab()
  await work(tab)
  tab.stop()
}

describe('the sender', () => {
  test('sends each row once though two tabs are told of it', async () => {
    const device = new Device()
    await device.store.put(rowOf('1'), rowOf('2'), rowOf('3', 'mem_b'))
    const [one, two] = [device.tab(), device.tab()]
    await Promise.all([one.drain(), two.drain(), one.sendNow('2'), two.sendNow('3')])
    one.stop()
    two.stop()
    expect(device.sent).toEqual(['1 key-1 1', '2 key-2 2', '3 key-3 3'])
    expect(device.mostAtOnce).toBe(1)
  })

  test('sends the row that a dead tab was sending again, with the same key and bytes', async () => {
    const device = new Device()
    await device.store.put({ ...rowOf('1'), state: 'sending', tries: 1 })
    await withTab(device, (tab) => tab.start())
    expect(device.sent).toEqual(['1 key-1 1'])
    expect(device.state('1')).toBe('sent')
  })

  test('stops at the first silence of the network and keeps the rest', async () => {
    const device = new Device()
    device.answers = { 1: SILENCE }
    await device.store.put(rowOf('1'), rowOf('2', 'mem_b'))
    await withTab(device, (tab) => tab.drain())
    expect(device.sent).toHaveLength(1)
    expect([device.state('1'), device.state('2')]).toEqual(['waiting', 'waiting'])
  })

  test('stops for a sign-in, and goes on when the same person is back', async () => {
    const device = new Device()
    device.answers = { 1: { kind: 'stopped' } }
    await device.store.put(rowOf('1'), rowOf('2', 'mem_b'))
    await withTab(device, (tab) => tab.drain())
    expect([device.state('1'), device.state('2')]).toEqual(['stopped', 'waiting'])
    device.answers = {}
    device.sub = 'ken'
    await withTab(device, (tab) => tab.start())
    expect(device.state('1')).toBe('stopped')
    device.sub = 'may'
    await withTab(device, (tab) => tab.start())
    expect([device.state('1'), device.state('2')]).toEqual(['sent', 'sent'])
  })

  test('keeps a refused row with its reason and sends the next of the member', async () => {
    const device = new Device()
    device.answers = { 1: { kind: 'refused', code: 'receipt_conflict', params: {} } }
    await device.store.put(rowOf('1'), rowOf('2'))
    await withTab(device, (tab) => tab.drain())
    expect(device.rows.get('1')).toMatchObject({ state: 'refused', refusal: { code: 'receipt_conflict' } })
    expect(device.state('2')).toBe('sent')
  })

  test('holds later awards of a member back while the earlier one may come again', async () => {
    const device = new Device()
    device.answers = { 1: { kind: 'again', isNetwork: false } }
    await device.store.put(rowOf('1'), rowOf('2'), rowOf('3', 'mem_b'))
    await withTab(device, (tab) => tab.drain())
    expect([device.state('1'), device.state('2'), device.state('3')]).toEqual(['waiting', 'waiting', 'sent'])
  })

  test('sends what somebody waits for at once, though it was to wait', async () => {
    const device = new Device()
    await device.store.put({ ...rowOf('1'), nextTryAt: 99_000 }, rowOf('2', 'mem_b'))
    await withTab(device, (tab) => tab.sendNow('1'))
    expect(device.sent[0]).toBe('1 key-1 1')
  })

  test('forgets what was sent a day ago, and nothing else', async () => {
    const device = new Device()
    device.now = 25 * 3_600_000
    await device.store.put(
      { ...rowOf('1'), state: 'sent', settledAt: 0 },
      { ...rowOf('2'), state: 'refused', settledAt: 0 },
    )
    await withTab(device, (tab) => tab.start())
    expect([...device.rows.keys()]).toEqual(['2'])
  })
})
