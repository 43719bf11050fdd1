/**
 * Compares two sets of any size in the memory of their difference: what is in both cancels out, and what is left can be
 * read off as long as it is small. An invertible Bloom lookup table after Goodrich and Mitzenmacher (2011), with three
 * cells for each claim.
 */
import { createHash } from 'node:crypto'

/** `tag` is what both sides must agree on beyond the other parts; only its hash is kept. Names are ids of ASCII letters. */
export type Claim = {
  /** One letter: what is claimed. */
  readonly kind: string
  readonly name: string
  readonly number: number
  readonly ref: string
  readonly tag: string
}
/** `side` 1: claimed by `add` only; -1: by `take` only. `digest` is that of the claim, tag included. */
export type Unmatched = Omit<Claim, 'tag'> & { readonly side: 1 | -1; readonly digest: string }

const NAME_BYTES = 32
const NUMBER_BYTES = 6
const DIGEST_BYTES = 16
const CHECK_BYTES = 4
const REF_AT = 1 + NAME_BYTES
const NUMBER_AT = REF_AT + NAME_BYTES
const DIGEST_AT = NUMBER_AT + NUMBER_BYTES
const CHECK_AT = DIGEST_AT + DIGEST_BYTES
const CELL_BYTES = CHECK_AT + CHECK_BYTES
const COUNT_BYTES = 4
const PARTS = 3
/** About 1.3 cells for each claim that differs; in all 210 KB, which one row may hold. */
export const CELLS = 2_304
export const DIFFERENCES_MAX = Math.floor(CELLS / 1.3)

export class Sketch {
  readonly #counts: Int32Array
  readonly #cells: Uint8Array

  constructor(stored?: Uint8Array) {
    const bytes = new Uint8Array(CELLS * (COUNT_BYTES + CELL_BYTES))
    if (stored !== undefined && stored.length !== bytes.length) throw new Error('a sketch of another size')
    if (stored !== undefined) bytes.set(stored)
    this.#counts = new Int32Array(bytes.buffer, 0, CELLS)
    this.#cells = bytes.subarray(CELLS * COUNT_BYTES)
  }

  add(claim: Claim): void {
    this.#put(bytesOf(claim), 1)
  }

  take(claim: Claim): void {
    this.#put(bytesOf(claim), -1)
  }

  /** For keeping between two parts of a pass. */
  bytes(): Uint8Array {
    return new Uint8Array(this.#counts.buffer.slice(0))
  }

  /** Reads off what does not match, and empties itself. `isComplete` is false when more differs than it can tell. */
  unmatched(): { readonly claims: readonly Unmatched[]; readonly isComplete: boolean } {
    const claims: Unmatched[] = []
    const queue = Array.from({ length: CELLS }, (_, cell) => cell)
    for (let cell = queue.pop(); cell !== undefined; cell = queue.pop()) {
      const side = this.#counts[cell]
      if (side !== 1 && side !== -1) continue
      const bytes = this.#cells.slice(cell * CELL_BYTES, (cell + 1) * CELL_BYTES)
      if (!isWhole(bytes) || !cellsOf(bytes).includes(cell)) continue
      claims.push({ side, ...claimFrom(bytes) })
      this.#put(bytes, side === 1 ? -1 : 1)
      queue.push(...cellsOf(bytes))
    }
    return { claims, isComplete: this.#counts.every((count) => count === 0) && this.#cells.every((byte) => byte === 0) }
  }

  #put(bytes: Uint8Array, side: 1 | -1): void {
    for (const cell of cellsOf(bytes)) {
      this.#counts[cell] = (this.#counts[cell] ?? 0) + side
      const start = cell * CELL_BYTES
      for (let index = 0; index < CELL_BYTES; index += 1) {
        this.#cells[start + index] = (this.#cells[start + index] ?? 0) ^ (bytes[index] ?? 0)
      }
    }
  }
}

/** Names the claim and not only its hash, so that what does not match can be looked up. */
function bytesOf(claim: Claim): Uint8Array {
  const { kind, name, number, ref } = claim
  if (name.length > NAME_BYTES || ref.length > NAME_BYTES) throw new Error('a name too long for a claim')
  const bytes = Buffer.alloc(CELL_BYTES)
  bytes.write(kind, 0, 1, 'latin1')
  bytes.write(name, 1, 'latin1')
  bytes.write(ref, REF_AT, 'latin1')
  bytes.writeUIntBE(number, NUMBER_AT, NUMBER_BYTES)
  digestBytes(claim).copy(bytes, DIGEST_AT, 0, DIGEST_BYTES)
  bytes.writeUInt32BE(checkOf(bytes), CHECK_AT)
  return bytes
}

export function digestOf(claim: Claim): string {
  return digestBytes(claim).subarray(0, DIGEST_BYTES).toString('base64url')
}

function digestBytes({ kind, name, number, ref, tag }: Claim): Buffer {
  return createHash('sha256').update(`${kind}\n${name}\n${number}\n${ref}\n${tag}`).digest()
}

function claimFrom(bytes: Uint8Array): Omit<Unmatched, 'side'> {
  const buffer = Buffer.from(bytes)
  const text = (start: number, length: number) =>
    buffer
      .subarray(start, start + length)
      .toString('latin1')
      .replace(/\0+$/, '')
  return {
    kind: text(0, 1),
    name: text(1, NAME_BYTES),
    ref: text(REF_AT, NAME_BYTES),
    number: buffer.readUIntBE(NUMBER_AT, NUMBER_BYTES),
    digest: buffer.subarray(DIGEST_AT, CHECK_AT).toString('base64url'),
  }
}

function isWhole(bytes: Uint8Array): boolean {
  return checkOf(bytes) === Buffer.from(bytes).readUInt32BE(CHECK_AT)
}

/** FNV-1a over all but the check itself: several claims folded into one cell do not pass for one. */
function checkOf(bytes: Uint8Array): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < CHECK_AT; index += 1) hash = Math.imul(hash ^ (bytes[index] ?? 0), 0x01000193)
  return hash >>> 0
}

/** One cell in each third of the table. */
function cellsOf(bytes: Uint8Array): number[] {
  const part = CELLS / PARTS
  const digest = Buffer.from(bytes.buffer, bytes.byteOffset + DIGEST_AT, DIGEST_BYTES)
  return Array.from({ length: PARTS }, (_, index) => index * part + (digest.readUInt32BE(index * 4) % part))
}
