/** What must have happened before some examples of docs/api.md, beside the examples before them. */
import { accepted } from '../support/till.ts'
import type { Example, Story } from './examples.ts'

/** As the document names them. */
const BO = 'mem_01M83XJ880B0B0B0B0B0B0B0B0'
const MERGER = 'apr_01M83XJ880B0B0B0B0B0B0B0B0'

type Step = (story: Story) => Promise<void>

const STEPS: Readonly<Record<string, Step>> = {
  async '/v1/me/transfers'({ api, ids }) {
    const { id } = accepted(await api.as('admin').post('/v1/members', { externalId: 'bo' }, { key: 'bo' })).body
    first(ids, BO, id)
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
