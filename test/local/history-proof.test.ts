/** The script given to auditors must accept a sound chain and notice every way of tampering with one. */
import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { runProofScript } from '../../local/history-check.ts'

type Entry = { canonical: string; hash: string }
type Page = { memberId: string; version: number; head: string; entries: Entry[]; nextCursor: string | null }

const sha256 = (text: string) => createHash('sha256').update(text).digest('base64url')

/** Three entries: 139 earned, 200 spent into debt, 100 earned; the chain is sound whatever the entries say. */
function aProof(entries = sound(), memberId = 'mem_1'): Page {
  let head = ''
  const chained = entries.map((entry) => {
    const canonical = JSON.stringify({ ...entry, memberId })
    head = sha256(head + canonical)
    return { canonical, hash: head }
  })
  return { memberId, version: entries.length, head, entries: chained, nextCursor: null }
}

function sound() {
  return [
    { after: { available: 139, debt: 0, pending: 0, reserved: 0 }, delta: { available: 139 }, seq: 1 },
    { after: { available: 0, debt: 61, pending: 0, reserved: 0 }, delta: { available: -139, debt: 61 }, seq: 2 },
    { after: { available: 39, debt: 0, pending: 0, reserved: 0 }, delta: { available: 39, debt: -61 }, seq: 3 },
  ]
}

const verdict = async (...pages: Page[]) => (await runProofScript(pages)).get('mem_1')

test('accepts a sound chain and shows its last balances', async () => {
  expect(await verdict(aProof())).toBe('ok 3 {"available":39,"debt":0,"pending":0,"reserved":0}')
})

test('accepts the pages of a chain in their order and refuses them in another', async () => {
  const proof = aProof()
  const first = { ...proof, entries: proof.entries.slice(0, 2), nextCursor: 'next' }
  const second = { ...proof, entries: proof.entries.slice(2) }
  expect(await verdict(first, second)).toMatch(/^ok 3 /)
  expect(await verdict(second, first)).toBe('BROKEN entry 1 does not follow')
  expect(await verdict(first)).toBe('BROKEN the last entry is not the head of the account')
})

test('judges several members of one file, each on its own', async () => {
  const broken = { ...aProof(sound(), 'mem_2'), head: sha256('another') }
  const verdicts = await runProofScript([aProof(), broken, aProof([], 'mem_3')])
  expect([...verdicts.values()].map((text) => text.split(' ')[0])).toEqual(['ok', 'BROKEN', 'ok'])
})

test('notices an entry changed in place, dropped, or put twice', async () => {
  const proof = aProof()
  const changed = structuredClone(proof)
  for (const entry of changed.entries.slice(1, 2)) entry.canonical = entry.canonical.replace('-139', '-138')
  expect(await verdict(changed)).toBe('BROKEN entry 2 does not follow')
  const dropped = { ...proof, entries: proof.entries.toSpliced(1, 1) }
  expect(await verdict(dropped)).toMatch(/^BROKEN entry 2/)
  expect(await verdict({ ...proof, entries: proof.entries.toSpliced(1, 0, ...proof.entries.slice(0, 1)) })).toMatch(
    /^BROKEN/,
  )
})

test('notices sums and numbers that do not follow, although somebody hashed them anew', async () => {
  const [first, second, third] = sound()
  const wrongSum = { ...second, after: { available: 0, debt: 60, pending: 0, reserved: 0 } }
  expect(await verdict(aProof([first, wrongSum, third] as ReturnType<typeof sound>))).toMatch(/^BROKEN entry 2/)
  expect(await verdict(aProof([first, third, second] as ReturnType<typeof sound>))).toMatch(/^BROKEN entry 2/)
})

test('notices a cut-off end although the chain itself is sound', async () => {
  expect(await verdict({ ...aProof(sound().slice(0, 2)), version: 3 })).toMatch(/^BROKEN the last entry/)
})

test('notices the sound chain of somebody else', async () => {
  expect(await verdict({ ...aProof(sound(), 'mem_2'), memberId: 'mem_1' })).toBe('BROKEN entry 1 does not follow')
})
