/**
 * `npm run drill`: practises what follows a restore that brought back some rows older than others. The audit must name every
 * account that is affected and no other; all of them are frozen, what entries can give is rebuilt, and what they cannot
 * is said plainly and stays frozen.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Actor } from '../functions/platform/auth.ts'
import type { Tables } from '../functions/platform/table.ts'
import { ROOT } from './build.ts'
import { seededRandom } from './chance.ts'
import { affected, releasedWrongly, tear } from './drill-damage.ts'
import { membersOf, type Recovery, recover, writeRows } from './drill-recover.ts'
import { DrillShop, emptyTables, rowsIn } from './drill-shop.ts'
import { findEngine, startEngine } from './engine.ts'
import { endWith, Remedy } from './remedy.ts'
import { tidied } from './tidy.ts'

const USAGE = 'usage: npm run drill [-- --times N] [--seed N] [--members N] [--commands N]'

type Settings = { readonly times: number; readonly seed: number; readonly members: number; readonly commands: number }

export type Drill = Omit<Recovery, 'red'> & {
  readonly torn: string
  readonly affected: number
  readonly missed: readonly string[]
  readonly wrongly: readonly string[]
  /** Released although it was not the recovery that had frozen them. */
  readonly released: readonly string[]
  readonly seconds: number
}

/** Of the rows that were written lately, how many come back older than the rest. */
const TORN_SHARE = 0.2
const RECENT_SHARE = 0.2

export async function runDrill(endpoint: string, settings: Omit<Settings, 'times'>): Promise<Drill> {
  const { seed, members, commands } = settings
  const shop = new DrillShop(await emptyTables(endpoint, `drill-${seed}`), seed)
  await shop.open(members)
  await shop.trade(Math.round(commands * (1 - RECENT_SHARE)))
  const before = await rowsIn(shop.tables)
  const versions = await shop.record(Math.round(commands * RECENT_SHARE))
  const copied = await rowsIn(shop.tables)
  // The copy is taken in the middle of the day: the shop trades on, and what it does now is simply lost.
  await shop.trade(Math.round(commands / 20))
  const random = seededRandom(seed)
  const damage = tear(copied, { versions, before }, { share: TORN_SHARE, random })
  const empty = await emptyTables(endpoint, `restored-${seed}`)
  const restored: Tables = { ...empty, names: { ...shop.tables.names, Ledger: empty.names.Ledger } }
  await writeRows(restored, damage.rows.values())
  const began = performance.now()
  const context = (actor: Actor) => shop.context(actor, restored)
  const extent = { isQuiet: true, rows: damage.rows.size, isSilent: true }
  const { red, ...recovery } = await recover({ tables: restored, context, extent })
  const expected = affected(damage.rows)
  return {
    ...recovery,
    torn: `${damage.tornRows} rows of ${damage.tornTransactions} transactions`,
    affected: expected.size,
    missed: [...expected].filter((memberId) => !red.has(memberId)),
    wrongly: [...red].filter((memberId) => !expected.has(memberId)),
    released: releasedWrongly(await rowsIn(restored)),
    seconds: (performance.now() - began) / 1_000,
  }
}

function isGood({ missed, wrongly, released, notFrozen, notReleased }: Drill): boolean {
  return [missed, wrongly, released, notFrozen, notReleased].every(({ length }) => length === 0)
}

function tell(seed: number, drill: Drill): void {
  const { torn, stay, seconds } = drill
  const frozen = membersOf(stay)
  const verdict = isGood(drill) ? 'ok' : 'FAILED'
  const numbers = `torn ${torn}; ${drill.affected} accounts affected, all named; ${drill.rebuilt} rebuilt; ${frozen.size} stay frozen`
  console.log(
    `drill     seed ${seed}: ${verdict}; ${isGood(drill) ? numbers : `torn ${torn}`}; ${seconds.toFixed(1)} s`,
  )
  for (const memberId of drill.missed) console.log(`missed    ${memberId}`)
  for (const memberId of drill.wrongly) console.log(`wrongly   ${memberId}`)
  for (const memberId of drill.released) console.log(`released  ${memberId} was frozen by somebody before`)
  for (const { memberId, why } of drill.notReleased) console.log(`frozen    ${memberId} is sound, not released: ${why}`)
  for (const memberId of drill.notFrozen) console.log(`open      ${memberId} is red and can be spent from`)
  for (const { invariant, memberId = 'all members', what } of stay)
    console.log(`remains   ${invariant} ${memberId}: ${what}`)
}

async function main(): Promise<number> {
  const settings = readSettings()
  const source = findEngine(ROOT, {})
  if (!('binary' in source)) throw new Remedy('No engine was found; install it with npm ci.')
  const folder = await mkdtemp(join(tmpdir(), 'revisit-drill-'))
  const ignore = () => undefined
  const files = { dbPath: join(folder, 'engine.db'), logPath: join(folder, 'engine.log') }
  const starting = startEngine(source.binary, { ...files, onSpawn: ignore, onExit: ignore })
  return tidied(
    async () => runDrills((await starting).endpoint, settings),
    async () => {
      await (await starting.catch(ignore))?.stop()
      await rm(folder, { recursive: true, force: true })
    },
  )
}

async function runDrills(endpoint: string, { times, seed, ...size }: Settings): Promise<number> {
  let failed = 0
  for (let n = 0; n < times; n += 1) {
    const drill = await runDrill(endpoint, { seed: seed + n, ...size })
    if (!isGood(drill)) failed += 1
    tell(seed + n, drill)
  }
  const again = failed === 0 ? '' : '; again with --seed and the seed of the line'
  console.log(`drills: ${times - failed} passed, ${failed} failed${again}`)
  return failed === 0 ? 0 : 1
}

function readSettings(): Settings {
  const text = { type: 'string' } as const
  try {
    const { values } = parseArgs({ options: { times: text, seed: text, members: text, commands: text } })
    const settings = {
      times: Number(values.times ?? 1),
      seed: Number(values.seed ?? 1),
      members: Number(values.members ?? 40),
      commands: Number(values.commands ?? 400),
    }
    if (Object.values(settings).every((value) => Number.isInteger(value) && value >= 1 && value <= 1_000_000))
      return settings
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
  }
  throw new Remedy(USAGE)
}

if (import.meta.main) {
  main().then((status) => {
    process.exitCode = status
  }, endWith)
}
