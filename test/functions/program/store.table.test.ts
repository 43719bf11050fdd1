import { PutCommand } from '@aws-sdk/lib-dynamodb'
import { expect, test } from 'vitest'
import { type Context, contextOf, processServices } from '../../../functions/platform/context.ts'
import { keys } from '../../../functions/platform/table-design.ts'
import { ProgramDocument, type PublishedVersion } from '../../../functions/program/schema.ts'
import { commitVersion, loadHead, loadStore, loadVersions, versionsBefore } from '../../../functions/program/store.ts'
import { aProgram } from '../../support/programs.ts'
import { freshTables } from '../../support/tables.ts'

async function aContext(): Promise<Context> {
  const tables = await freshTables()
  const services = processServices(
    (usage) => ({ ...tables, usage }),
    async () => 'secret',
  )
  const actor = { id: 'admin', roles: ['admin' as const], stores: '*' as const }
  return contextOf({ ...services, log: () => {} }, { actor, now: 0, requestId: 'test', language: 'en' })
}

const aVersion = (version: number): PublishedVersion => ({
  version,
  effectiveFrom: '2026-11-23',
  publishedAt: '2026-11-23T10:00:00Z',
  publishedBy: 'admin',
  selfPublished: true,
  document: ProgramDocument.parse(aProgram()),
})

async function plant(ctx: Context, item: Record<string, unknown>): Promise<void> {
  await ctx.table.writer.send(new PutCommand({ TableName: ctx.table.names.Operations, Item: item }))
}

test('reads every version over several pages, so that a business with a long history calculates by all of it', async () => {
  const ctx = await aContext()
  for (let version = 1; version <= 30; version += 1) {
    await plant(ctx, { ...keys.programVersion(version), rv: 1, ...aVersion(version) })
  }
  expect((await loadVersions(ctx, 3, 29)).map(({ version }) => version)).toEqual(
    Array.from({ length: 27 }, (_, index) => index + 3),
  )
  const page = await versionsBefore(ctx, 31, 25)
  expect([page.items[0]?.version, page.items.length, page.next]).toEqual([30, 25, '6'])
  expect((await versionsBefore(ctx, 6, 25)).items.map(({ version }) => version)).toEqual([5, 4, 3, 2, 1])
})

test.each([
  ['head', keys.programHead(), (ctx: Context) => loadHead(ctx)],
  ['store', keys.store('central'), (ctx: Context) => loadStore(ctx, 'central')],
  ['version', keys.programVersion(1), (ctx: Context) => loadVersions(ctx, 1, 1)],
] as const)(
  'refuses a %s row of an unknown release loudly, so that it is never half read',
  async (_name, key, load) => {
    const ctx = await aContext()
    const everything = { latest: 1, oldest: 1, hasReceipts: false, id: 'central', name: 'C', receiptSeries: 'never' }
    await plant(ctx, { ...aVersion(1), ...everything, ...key, rv: 2 })
    await expect(load(ctx)).rejects.toMatchObject({ name: 'ZodError' })
  },
)

test('stops at a version row above the head, because then one of the two guards has failed', async () => {
  const ctx = await aContext()
  await plant(ctx, { ...keys.programVersion(1), rv: 1, ...aVersion(1) })
  await expect(commitVersion(ctx, undefined, aVersion(1))).rejects.toMatchObject({ name: 'InvariantBroken' })
  expect(await loadHead(ctx)).toBeUndefined()
})

test('decides again when the first receipt came between reading and publishing', async () => {
  const ctx = await aContext()
  const seen = { latest: 1, oldest: 1, hasReceipts: false }
  await plant(ctx, { ...keys.programHead(), rv: 1, ...seen, hasReceipts: true })
  await expect(commitVersion(ctx, seen, aVersion(2))).rejects.toMatchObject({ name: 'LostRace' })
})

test('keeps the oldest version that counts once a receipt was recorded', async () => {
  const ctx = await aContext()
  await commitVersion(ctx, undefined, aVersion(1))
  await commitVersion(ctx, { latest: 1, oldest: 1, hasReceipts: false }, aVersion(2))
  expect(await loadHead(ctx)).toMatchObject({ latest: 2, oldest: 2 })
  await plant(ctx, { ...keys.programHead(), rv: 1, latest: 2, oldest: 2, hasReceipts: true })
  await commitVersion(ctx, { latest: 2, oldest: 2, hasReceipts: true }, aVersion(3))
  expect(await loadHead(ctx)).toMatchObject({ latest: 3, oldest: 2, hasReceipts: true })
})
