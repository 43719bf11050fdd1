/** What must have happened before some examples of docs/api.md, beside the examples before them. */
import { onEntry } from '../../functions/reports/on-entry.ts'
import { systemContext } from '../functions/points/audit-ledger.ts'
import { rowsOf } from '../support/tables.ts'
import { accepted } from '../support/till.ts'
import type { Example, Story } from './examples.ts'

/** As the document names them. */
const BO = 'mem_01M83XJ880B0B0B0B0B0B0B0B0'
const DEE = 'mem_01M83XJ880D0D0D0D0D0D0D0D0'
const EVE = 'mem_01M83XJ880E0E0E0E0E0E0E0E0'
const MERGER = 'apr_01M83XJ880B0B0B0B0B0B0B0B0'

type Step = (story: Story) => Promise<void>

const STEPS: Readonly<Record<string, Step>> = {
  async '/v1/me/transfers'({ api, ids }) {
    const { id } = accepted(await api.as('admin').post('/v1/members', { externalId: 'bo' }, { key: 'bo' })).body
    first(ids, BO, id)
  },
  async '/v1/points/purchases/{storeId}/{receiptNumber}/correct'({ api, ids }) {
    const manager = api.as('manager')
    for (const [name, id] of [
      ['dee', DEE],
      ['eve', EVE],
    ] as const) {
      const member = { externalId: name, storeId: 'north' }
      first(ids, id, accepted(await manager.post('/v1/members', member, { key: name })).body.id)
    }
    const slip = { storeId: 'north', receiptNumber: '8731', purchasedAt: '2026-11-23T09:30:00Z' }
    const amount = { amount: 18_600, currency: 'GBP' }
    accepted(await manager.post('/v1/points/purchases', { ...slip, amount, memberId: ids.get(DEE) }))
  },
  async '/v1/reports/shift'({ api }) {
    const entries = (await rowsOf(api.tables, 'Ledger')).filter(({ sk }) => String(sk).startsWith('E#'))
    for (const row of entries) await onEntry(systemContext(api), { rows: [row] })
  },
  async '/v1/program/approvals'({ api, ids }) {
    const body = { memberId: memberOf(ids), points: 600, reason: 'service', note: 'Sorry about the oven' }
    await api.as('manager').post('/v1/points/adjustments', body, { key: 'oven' })
  },
  async '/v1/members/{memberId}/merge'({ api, ids }) {
    const path = `/v1/members/${memberOf(ids)}/merge`
    const { approvalId } = (await api.as('manager').post(path, { into: ids.get(BO) })).body
    const decision = { decision: 'approve', reason: 'One person' }
    accepted(await api.as('admin').post(`/v1/program/approvals/${approvalId}/decision`, decision))
    ids.set(MERGER, approvalId)
  },
  async '/v1/members/{memberId}/close'({ api, ids }) {
    const admin = api.as('admin')
    const { id } = accepted(await admin.post('/v1/members', { externalId: 'cy' }, { key: 'cy' })).body
    const gift = { memberId: id, points: 40, reason: 'other', note: 'Welcome' }
    accepted(await admin.post('/v1/points/adjustments', gift, { key: 'gift' }))
    ids.set('mem_the one who leaves', id)
  },
}

export async function prepare(story: Story, { path }: Example): Promise<void> {
  await STEPS[path]?.(story)
}

function memberOf(ids: Story['ids']): string {
  return [...ids].findLast(([name]) => name.startsWith('mem_'))?.[1] ?? ''
}

/** Named, but not as the latest: paths go on meaning the member of the story. */
function first(ids: Story['ids'], name: string, id: string): void {
  const known = [...ids]
  ids.clear()
  for (const [other, value] of [[name, id] as const, ...known]) ids.set(other, value)
}
