import { describe, expect, test } from 'vitest'
import { decideAdjustment } from '../../functions/points/adjusting.ts'
import { canonicalEntry, seal } from '../../functions/points/entry.ts'
import { AdjustmentInput } from '../../functions/points/schema.ts'
import { verifyProof } from '../../web/src/member/proof.ts'
import type { Proof } from '../../web/src/wire.ts'
import { anAccount, MEMBER_ID } from '../support/account.ts'
import { aDocument, NOW } from '../support/receipts.ts'

const ADMIN = { id: 'a', roles: ['admin'] as const, stores: '*' as const }

/** What the API would answer of an account with these changes, in pages of `size` entries. */
function proofOf(changes: readonly number[], size = 10): Proof[] {
  const sealing = { operation: 'O#1', program: 1, actor: 'a', at: NOW, newId: () => 'ent_x' }
  let account = anAccount({ version: 0, head: '' })
  const entries = changes.flatMap((points) => {
    const input = AdjustmentInput.parse({ memberId: MEMBER_ID, points, reason: 'other', note: 'x' })
    const { postings } = decideAdjustment(
      account,
      { input, actor: ADMIN },
      { now: NOW, program: aDocument({}), lapsed: {} },
    )
    const sealed = seal(account, postings, sealing)
    account = sealed.account
    return sealed.entries.map((entry) => ({ canonical: canonicalEntry(entry), hash: entry.hash }))
  })
  const about = { memberId: MEMBER_ID, version: account.version, head: account.head, nextCursor: null }
  const pages = Array.from({ length: Math.ceil(entries.length / size) }, (_, page) =>
    entries.slice(page * size, (page + 1) * size),
  )
  return pages.map((part) => ({ ...about, entries: part }))
}

const [WHOLE] = proofOf([30, -10, 5])

function changed(edit: (entries: Proof['entries'][number][]) => void): Proof[] {
  if (WHOLE === undefined) throw new Error('there is no proof to change')
  const entries = [...WHOLE.entries]
  edit(entries)
  return [{ ...WHOLE, entries }]
}

describe('a statement that is verified on the member’s own device', () => {
  test('is whole as the ledger wrote it, also over several pages', async () => {
    expect(await verifyProof(proofOf([30, -10, 5]))).toEqual({ isWhole: true, count: 3 })
    expect(await verifyProof(proofOf([30, -10, 5], 2))).toEqual({ isWhole: true, count: 3 })
  })

  test('is broken where an entry was changed, so that nobody can rewrite what was earned', async () => {
    const edited = changed((entries) => {
      const [, second] = entries
      if (second) entries[1] = { ...second, canonical: second.canonical.replace('"points":-10', '"points":-11') }
    })
    expect(await verifyProof(edited)).toEqual({ isWhole: false, count: 1, brokenAt: 2 })
  })

  test('is broken where an entry was dropped, at the end, in the middle, or at the beginning', async () => {
    expect(await verifyProof(changed((entries) => entries.pop()))).toMatchObject({ isWhole: false, count: 2 })
    expect(await verifyProof(changed((entries) => entries.splice(1, 1)))).toMatchObject({ isWhole: false, brokenAt: 2 })
    expect(await verifyProof(changed((entries) => entries.shift()))).toMatchObject({ isWhole: false, brokenAt: 1 })
  })

  test('is broken where one was added, and where there is nothing at all', async () => {
    const [first] = WHOLE?.entries ?? []
    expect(await verifyProof(changed((entries) => first && entries.push(first)))).toMatchObject({
      isWhole: false,
      brokenAt: 4,
    })
    expect(await verifyProof([])).toMatchObject({ isWhole: false })
  })
})
