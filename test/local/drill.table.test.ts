import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Actor } from '../../functions/platform/auth.ts'
import { keys } from '../../functions/platform/table-design.ts'
import { close } from '../../functions/points/close.ts'
import { freeze } from '../../functions/points/freeze.ts'
import { runDrill } from '../../local/drill.ts'
import { releasedWrongly } from '../../local/drill-damage.ts'
import { recover } from '../../local/drill-recover.ts'
import { engineFile } from '../../local/lock.ts'
import { processesWith } from '../../local/process-mark.ts'
import { aShop, systemContext } from '../functions/points/audit-ledger.ts'
import { engine } from '../support/engine.ts'
import { SEED } from '../support/seed.ts'

/** Small, because the engine of the tests is shared; `npm run drill -- --times 40` is the real thing. */
const SIZE = { members: 8, commands: 120 }
const PATIENCE_MS = 60_000
const ADMIN: Actor = { id: 'manager-7', roles: ['admin'], stores: '*' }

/** A shop whose people froze or closed the account before a restore tore its row. */
async function torn(deed: typeof freeze | typeof close) {
  const shop = await aShop()
  const { api, memberId } = shop
  const context = (actor: Actor) => ({ ...systemContext(api), actor })
  await deed(context(ADMIN), { memberId, reason: 'asked for' })
  await shop.change(keys.account(memberId), (row) => ({ ...row, a: row.a + 1 }))
  const recovery = await recover({ tables: api.tables, context, extent: { isQuiet: true, rows: 0, isSilent: true } })
  return { recovery, memberId, status: (await shop.row(keys.account(memberId))).s }
}

describe('after a restore that brought back some rows older than others', () => {
  test.each([1, 2])(
    'drill %i names every affected account and no other, and leaves none that can be spent from',
    async (n) => {
      const { endpoint } = await engine()
      const drill = await runDrill(endpoint, { seed: SEED + n, ...SIZE })
      expect(drill.affected).toBeGreaterThan(0)
      expect(drill.rebuilt).toBeGreaterThan(0)
      expect([drill.missed, drill.wrongly, drill.notFrozen]).toEqual([[], [], []])
      expect([drill.released, drill.notReleased]).toEqual([[], []])
      const members = new Set(drill.stay.flatMap(({ memberId }) => memberId ?? []))
      expect(members.size).toBeLessThan(drill.affected)
    },
    PATIENCE_MS,
  )

  test('an account that a manager had frozen is put right and stays frozen, because only that person knows why', async () => {
    const { recovery, memberId, status } = await torn(freeze)
    expect(recovery).toMatchObject({ rebuilt: 1, stay: [], frozenBefore: [memberId], closed: [], notReleased: [] })
    expect(status).toBe('FROZEN')
  })

  test('an account that was closed is put right and stays closed, and the recovery goes on to its end', async () => {
    const { recovery, memberId, status } = await torn(close)
    expect(recovery).toMatchObject({ rebuilt: 1, stay: [], frozenBefore: [], closed: [memberId], notReleased: [] })
    expect(status).toBe('CLOSED')
  })

  test('a drill notices when somebody is released whom the recovery had not frozen', () => {
    const state = (seq: number, u: string) => ({ pk: 'A#mem_1', sk: `E#00000000000${seq}`, t: 'STATE', u })
    const rowsOf = (...actors: string[]) => new Map(actors.map((u, index) => [`${index}`, state(index + 1, u)]))
    expect(releasedWrongly(rowsOf('system', 'restore'))).toEqual([])
    expect(releasedWrongly(rowsOf('system', 'drill-admin', 'restore'))).toEqual(['mem_1'])
  })
})

test(
  'a drill that is stopped in its middle leaves no engine and no folder behind',
  async () => {
    const home = mkdtempSync(join(tmpdir(), 'revisit-stopped-'))
    const args = ['--import', './local/node-version.mjs', 'local/drill.ts', '--times', '1000']
    const child = spawn(process.execPath, args, { env: { ...process.env, TMPDIR: home }, stdio: 'ignore' })
    try {
      const file = () => engineFile(join(home, readdirSync(home)[0] ?? 'nothing'))
      await expect.poll(() => existsSync(file()), { timeout: PATIENCE_MS / 2 }).toBe(true)
      const ended = once(child, 'close')
      const started = file()
      child.kill('SIGTERM')
      expect(await ended).toEqual([130, null])
      expect(readdirSync(home)).toEqual([])
      expect(processesWith('--db-path', started)).toEqual([])
    } finally {
      child.kill('SIGKILL')
      rmSync(home, { recursive: true, force: true })
    }
  },
  PATIENCE_MS,
)
