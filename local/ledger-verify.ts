/**
 * `npm run ledger:verify`: compares every account with its entries and everything with everything that speaks of it, and
 * says what is wrong where. It only reads, unless it is told to rebuild what a restore has torn. Status 0 means that nothing was found.
 */
import { parseArgs } from 'node:util'
import { type Actor, SYSTEM } from '../functions/platform/auth.ts'
import { type Context, contextOf, processServices } from '../functions/platform/context.ts'
import { type Finding, judgeMember } from '../functions/points/audit-judge.ts'
import { zonesOf } from '../functions/points/audit-pass.ts'
import { accountRow } from '../functions/points/audit-store.ts'
import type { Invariant } from '../functions/points/auditing.ts'
import { number } from './import-summary.ts'
import { type Verified, verifyLedger } from './ledger-verify-pass.ts'
import { putRight } from './ledger-verify-rebuild.ts'
import { type LedgerSource, openLedger } from './ledger-verify-tables.ts'
import { duration } from './progress.ts'
import { endWith, Remedy } from './remedy.ts'
import { tidied } from './tidy.ts'

const USAGE =
  'usage: npm run ledger:verify [-- --member mem_… | --rebuild]\n' +
  '  audits the run in .local (DATA_DIR names another), also while it goes on;\n' +
  '  deployed tables: AWS_REGION=… LEDGER_TABLE=… OPERATIONS_TABLE=… with credentials that may read both\n' +
  '  a DATA_DIR beside table names says whose moved clock counts\n' +
  '  --rebuild puts right what entries can put right, in a restored table that has no traffic yet: docs/runbook.md, "Restore"'

const WORDS: Readonly<Record<Invariant, string>> = {
  I1: 'balances are the sum of the entries',
  I2: 'lots, waiting and reserved points sum to their balances',
  I3: 'nothing is negative, debt only without points',
  I4: 'entries are numbered without a gap',
  I5: 'entries are as they were written',
  I6: 'every operation has one effect',
  I7: 'no receipt gives back more than it got',
  I8: 'reservations only move forward',
  I9: 'points are spent within their time',
  I10: 'stocks give what they have',
  I11: 'budgets give what they have',
  I13: 'the books of all members balance',
}
const SHOWN_MAX = 50

function contextFor({ tables, now }: Pick<LedgerSource, 'tables' | 'now'>, actor: Actor = SYSTEM): Context {
  const services = processServices(
    (usage) => ({ ...tables, usage }),
    () => Promise.reject(new Error('an audit knows no secret')),
  )
  const about = { actor, now: now(), requestId: 'ledger-verify', language: 'en' } as const
  return contextOf({ ...services, log: () => undefined }, about)
}

function tell({ findings, accounts, entries, root, young }: Verified, seconds: number, units: number): void {
  const scope = `${counted(accounts, 'account')}, ${number(entries)} entries`
  console.log(`audited   ${scope} in ${duration(seconds)}, ${number(Math.round(units))} read units`)
  if (root !== undefined) console.log(`root      ${root}`)
  if (young > 0)
    console.log(`left out  ${counted(young, 'row')} of the last 15 minutes: too young to compare with others`)
  for (const finding of findings.slice(0, SHOWN_MAX)) console.log(`wrong     ${sentence(finding)}`)
  if (findings.length > SHOWN_MAX) console.log(`          and ${number(findings.length - SHOWN_MAX)} more`)
  if (findings.length === 0) {
    console.log('ledger: every account is what its entries say, nothing was found wrong')
    return
  }
  const members = new Set(findings.flatMap(({ memberId }) => memberId ?? [])).size
  for (const [invariant, count] of countsOf(findings))
    console.log(`          ${invariant} (${WORDS[invariant]}): ${count}`)
  console.log(
    `ledger: ${counted(findings.length, 'finding')}, ${counted(members, 'member')}; what to do: docs/runbook.md, "Audit deviation"`,
  )
}

function counted(count: number, what: string): string {
  return `${number(count)} ${what}${count === 1 ? '' : 's'}`
}

export function sentence({ invariant, memberId, seq, key, what }: Finding): string {
  const where = [memberId, seq === undefined ? undefined : `entry ${seq}`, key].filter((part) => part !== undefined)
  return `${[invariant, where.join(', ')].filter((part) => part !== '').join(' ')}: ${what}`
}

function countsOf(findings: readonly Finding[]): [Invariant, number][] {
  const groups = Map.groupBy(findings, ({ invariant }) => invariant)
  return [...groups].map(([invariant, group]): [Invariant, number] => [invariant, group.length]).sort()
}

async function main(): Promise<number> {
  const { member, isRebuilding } = readArguments()
  // A name from the environment is a decision; the folder of a run may be anybody's.
  if (isRebuilding && !process.env.LEDGER_TABLE) throw new Remedy('--rebuild needs LEDGER_TABLE, the restored table.')
  const opening = openLedger(process.env)
  return tidied(
    async () => audit(await opening, { member, isRebuilding }),
    async () => (await opening.catch(() => undefined))?.close(),
  )
}

async function audit(source: LedgerSource, { member, isRebuilding }: Wish): Promise<number> {
  console.log(`ledger    ${source.name}`)
  const isReleased = !isRebuilding || (await putRight((actor) => contextFor(source, actor), source))
  const ctx = contextFor(source)
  const extent = { ...source, isQuiet: source.isQuiet || isRebuilding }
  const verified = member === undefined ? await verifyLedger(ctx, extent) : await verifyMember(ctx, member)
  tell(verified, ctx.elapsed() / 1_000, ctx.table.usage.readUnits)
  return verified.findings.length === 0 && isReleased ? 0 : 1
}

async function verifyMember(ctx: Context, memberId: string): Promise<Verified> {
  const findings = await judgeMember(ctx, memberId, await zonesOf(ctx))
  const row = await accountRow(ctx, memberId)
  if (row === undefined && findings.length === 0) throw new Remedy(`There is no account of ${memberId}.`)
  return { findings, accounts: 1, entries: Number(row?.v ?? 0), young: 0 }
}

type Wish = { readonly member: string | undefined; readonly isRebuilding: boolean }

function readArguments(): Wish {
  const yes = { type: 'boolean', default: false } as const
  try {
    const { values } = parseArgs({ options: { member: { type: 'string' }, rebuild: yes, help: yes } })
    const { member, rebuild: isRebuilding, help } = values
    const isMember = member === undefined || (/^mem_\w{26}$/.test(member) && !isRebuilding)
    if (isMember && !help) return { member, isRebuilding }
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
