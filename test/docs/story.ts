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
const NOVA = 'mem_01M83XJ880N0N0N0N0N0N0N0N0'
const LAMP = 'rwd_01M83XJ880RWDRWDRWDRWD0001'
const FIVER = 'rwd_01M83XJ880F0F0F0F0F0F0F0F0'
const TAKEN = 'rsv_01M83XJ880RSVRSVRSVRSV0001'
const HELD = 'rsv_01M83XJ880RSVRSVRSVRSV0002'
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
  'POST /v1/rewards': rewards,
  async '/v1/rewards/redemptions/{redemptionId}/fulfilment'({ api, ids }) {
    const path = `/v1/points/reservations/${ids.get(TAKEN)}/capture`
    accepted(await api.as('admin').post(path, {}, { key: 'captured' }))
  },
  async '/v1/rewards/vouchers/{code}/void'(story) {
    const { api, ids } = story
    const path = `/v1/rewards/${ids.get(FIVER)}/redemptions`
    const taken = { memberId: ids.get(NOVA), storeId: 'central' }
    story.code = accepted(await api.as('admin').post(path, taken, { key: 'voided' })).body.voucher.code
  },
  'GET /v1/me/reservations': held,
  async '/v1/members/{memberId}/close'({ api, ids }) {
    const admin = api.as('admin')
    const { id } = accepted(await admin.post('/v1/members', { externalId: 'cy' }, { key: 'cy' })).body
    const gift = { memberId: id, points: 40, reason: 'other', note: 'Welcome' }
    accepted(await admin.post('/v1/points/adjustments', gift, { key: 'gift' }))
    ids.set('mem_the one who leaves', id)
  },
}

/** Something to spend, and a second reward, which is given at once. */
async function rewards({ api, ids }: Story): Promise<void> {
  // Nova has changed her contact, and spends nothing for a day.
  api.clock.advance('P1D')
  const admin = api.as('admin')
  const gift = { memberId: ids.get(NOVA), points: 500, reason: 'other', note: 'Welcome' }
  accepted(await admin.post('/v1/points/adjustments', gift, { key: 'nova' }))
  const fiver = { name: { en: '£5 off' }, kind: 'voucher', points: 50, valueMinor: 500, fulfilment: 'instant' }
  const { id } = accepted(await admin.post('/v1/rewards', fiver, { key: 'fiver' })).body
  accepted(await admin.put(`/v1/rewards/${id}`, { ...fiver, state: 'active' }, { ifMatch: '"1"' }))
  first(ids, FIVER, id)
  // Lists go by time.
  api.clock.advance('PT1M')
}

/** Another reservation of the lamp, which is open. */
async function held({ api, ids }: Story): Promise<void> {
  api.clock.advance('PT1M')
  const path = `/v1/rewards/${ids.get(LAMP)}/redemptions`
  const taken = { memberId: ids.get(NOVA), storeId: 'central' }
  const { reservation } = accepted(await api.as('admin').post(path, taken, { key: 'held' })).body
  ids.set(HELD, reservation.id)
}

export async function prepare(story: Story, { method, path }: Example): Promise<void> {
  await (STEPS[`${method} ${path}`] ?? STEPS[path])?.(story)
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
