import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { Leaves, leafHash, rootOverRoots } from '../../../functions/shared/merkle.ts'

function rootOf(contents: readonly string[]): string {
  const leaves = new Leaves()
  for (const content of contents) leaves.add(leafHash(content))
  return leaves.root()
}

const hex = (root: string) => Buffer.from(root, 'base64url').toString('hex')
const node = (left: Buffer, right: Buffer) =>
  createHash('sha256').update(Buffer.of(1)).update(left).update(right).digest()

describe('a root', () => {
  test('is that of RFC 6962, so that anyone can compute it', () => {
    expect(hex(rootOf([]))).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
    expect(hex(rootOf(['']))).toBe('6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d')
    const [a, b, c] = ['a', 'b', 'c'].map(leafHash).sort(Buffer.compare)
    if (!a || !b || !c) throw new Error('three leaves')
    expect(hex(rootOf(['a', 'b', 'c']))).toBe(node(node(a, b), c).toString('hex'))
  })

  test('does not depend on the order in which leaves were found', () => {
    const contents = Array.from({ length: 1_500 }, (_, index) => `leaf ${index}`)
    expect(rootOf(contents.toReversed())).toBe(rootOf(contents))
  })

  test('changes with any leaf that is changed, dropped, added or doubled', () => {
    const contents = ['one', 'two', 'three', 'four', 'five']
    const others = [contents.slice(1), [...contents, 'six'], [...contents, 'five'], contents.with(2, 'drei')]
    for (const other of others) expect(rootOf(other)).not.toBe(rootOf(contents))
  })

  test('over roots keeps their order, because each stands for a segment', () => {
    const roots = [rootOf(['a']), rootOf(['b'])]
    expect(rootOverRoots(roots.toReversed())).not.toBe(rootOverRoots(roots))
  })
})
