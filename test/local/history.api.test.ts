/** A small shop's history through the whole local run, in order and as badly as deliveries come: every balance and proof must agree. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { HistoryFaults } from '../../local/history-faults.ts'
import { generateHistory, writeHistory } from '../../local/history-generate.ts'
import { type LocalRun, startLocalRun } from '../../local/history-run.ts'
import { verifyHistory } from '../../local/history-verify.ts'
import { readHistory } from '../../local/import-rows.ts'

const SIZE = { members: 60, receipts: 300, refunds: 60 }
const START_MS = 120_000
const RUN_MS = 120_000

let run: LocalRun
beforeAll(async () => {
  run = await startLocalRun()
}, START_MS)
afterAll(() => run?.stop(), START_MS)

async function aHistory(seed: number, firstNumber: number) {
  const folder = await mkdtemp(join(tmpdir(), 'revisit-history-test-'))
  try {
    await writeHistory(folder, generateHistory({ ...SIZE, seed, firstMember: firstNumber, firstReceipt: firstNumber }))
    return await readHistory([join(folder, 'receipts.csv'), join(folder, 'refunds.csv')])
  } finally {
    await rm(folder, { recursive: true })
  }
}

test(
  'in order: every balance equals the independent computation and every proof verifies',
  async () => {
    const verdict = await verifyHistory({
      url: run.url,
      history: await aHistory(11, 100_000),
      disorder: { shuffle: false, duplicate: false, seed: 11 },
      storeId: 'central',
      concurrency: 16,
      quiet: true,
    })
    expect(verdict.problems).toEqual([])
    expect(verdict).toMatchObject({ members: 60, entries: 360 })
    expect(verdict.imports[0]).toMatchObject({ receipts: { awarded: 300, replayed: 0 }, refunds: { reversed: 60 } })
  },
  RUN_MS,
)

test(
  'shuffled and doubled: the order of arrival changes no balance and nothing counts twice',
  async () => {
    const verdict = await verifyHistory({
      url: run.url,
      history: await aHistory(12, 200_000),
      disorder: { shuffle: true, duplicate: true, seed: 12 },
      storeId: 'central',
      concurrency: 16,
      quiet: true,
    })
    expect(verdict.problems).toEqual([])
    expect(verdict.imports[0]).toMatchObject({ receipts: { awarded: 300, replayed: 300 }, done: 720 })
    expect(verdict.imports[0]?.refunds.waiting).toBeGreaterThan(0)
  },
  RUN_MS,
)

test(
  'while calls to the tables go wrong: what was lost, refused or doubled on the way changes no balance',
  async () => {
    const faults = new HistoryFaults({ port: Number(new URL(run.url).port), seed: 13, rate: 0.1 })
    await faults.start()
    try {
      const verdict = await verifyHistory({
        url: run.url,
        history: await aHistory(13, 300_000),
        disorder: { shuffle: true, duplicate: false, seed: 13 },
        storeId: 'central',
        concurrency: 16,
        quiet: true,
      })
      await faults.look()
      expect(verdict.problems, faults.told()).toEqual([])
      expect(verdict.imports[0], faults.told()).toMatchObject({ done: 360 })
      expect(faults.total, faults.told()).toBeGreaterThan(50)
    } finally {
      faults.stop()
    }
  },
  RUN_MS,
)
