// Checks that no entry of an account was changed, dropped or added: node docs/verify-proof.mjs proof.json [more.json ...]
// A file is one answer of GET /v1/points/accounts/{memberId}/proof or an array of answers, its pages in their order.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'

const chains = new Map()
const sha256 = (text) => createHash('sha256').update(text).digest('base64url')
for (const { memberId, entries, head, version } of process.argv.slice(2).flatMap((f) => JSON.parse(readFileSync(f)))) {
  const chain = chains.get(memberId) ?? { seq: 0, hash: '', after: { available: 0, pending: 0, reserved: 0, debt: 0 } }
  for (const { canonical, hash } of entries) {
    const { memberId: owner, seq, delta, after } = JSON.parse(canonical)
    const sums = Object.keys(chain.after).every((part) => after[part] === chain.after[part] + (delta[part] ?? 0))
    const placed = owner === memberId && seq === chain.seq + 1 && hash === sha256(chain.hash + canonical)
    Object.assign(chain, { broken: chain.broken ?? (placed && sums ? undefined : chain.seq + 1), seq, hash, after })
  }
  chains.set(memberId, Object.assign(chain, { whole: chain.hash === head && chain.seq === version }))
}
if (chains.size === 0) throw new Error('usage: node docs/verify-proof.mjs proof.json [more.json ...]')
for (const [memberId, { seq, after, whole, broken }] of chains) {
  const sound = whole && broken === undefined
  if (!sound) process.exitCode = 1
  const wrong =
    broken === undefined ? 'the last entry is not the head of the account' : `entry ${broken} does not follow`
  console.log(memberId, sound ? `ok ${seq} ${JSON.stringify(after)}` : `BROKEN ${wrong}`)
}
