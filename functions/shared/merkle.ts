/**
 * A Merkle tree after RFC 6962: one root stands for a whole set, and nobody can change, add or drop a leaf without
 * changing it. Leaves are sorted, so that the root does not depend on the order in which they were found.
 */
import { createHash } from 'node:crypto'

export const HASH_BYTES = 32
const LEAF = Buffer.of(0)
const NODE = Buffer.of(1)

export function leafHash(content: string): Buffer {
  return createHash('sha256').update(LEAF).update(content).digest()
}

function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  return createHash('sha256').update(NODE).update(left).update(right).digest()
}

/** Keeps 32 bytes a leaf and nothing else. */
export class Leaves {
  #bytes = new Uint8Array(1_024 * HASH_BYTES)
  #count = 0

  get count(): number {
    return this.#count
  }

  add(leaf: Uint8Array): void {
    const end = (this.#count + 1) * HASH_BYTES
    if (end > this.#bytes.length) {
      const larger = new Uint8Array(this.#bytes.length * 2)
      larger.set(this.#bytes)
      this.#bytes = larger
    }
    this.#bytes.set(leaf, end - HASH_BYTES)
    this.#count += 1
  }

  /** Base64url; of no leaves the hash of nothing, as the RFC has it. */
  root(): string {
    const leaves = Array.from({ length: this.#count }, (_, index) =>
      this.#bytes.subarray(index * HASH_BYTES, (index + 1) * HASH_BYTES),
    )
    return Buffer.from(rootOf(leaves.sort(Buffer.compare))).toString('base64url')
  }
}

/** The root over roots, each a leaf, in the order given. */
export function rootOverRoots(roots: readonly string[]): string {
  return Buffer.from(rootOf(roots.map(leafHash))).toString('base64url')
}

/** The left side holds the largest power of two that is smaller than the whole. */
function rootOf(leaves: readonly Uint8Array[]): Uint8Array {
  const [first] = leaves
  if (first === undefined) return createHash('sha256').digest()
  if (leaves.length === 1) return first
  const left = 2 ** (Math.ceil(Math.log2(leaves.length)) - 1)
  return nodeHash(rootOf(leaves.slice(0, left)), rootOf(leaves.slice(left)))
}
