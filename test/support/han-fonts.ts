/**
 * Chinese letters for a browser that has none. Without them text has no width, and neither a screenshot nor a check of
 * overflow proves anything. They are fonts of the system there, as on people's devices: pages neither load nor allow them.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { inflateSync } from 'node:zlib'

/** The letters, and the slice that holds the rest of their punctuation. */
const FACES = [
  ['@fontsource/noto-sans-tc', ['noto-sans-tc-119', 'noto-sans-tc-chinese-traditional']],
  ['@fontsource/noto-sans-sc', ['noto-sans-sc-chinese-simplified']],
] as const
const WEIGHTS = [400, 500, 700] as const

/** Writes the faces as files that a browser's system can read, which knows no web fonts. */
export function writeHanFonts(folder: string): void {
  for (const [name, parts] of FACES) {
    const files = join(createRequire(import.meta.url).resolve(`${name}/400.css`), '..', 'files')
    for (const file of parts.flatMap((part) => WEIGHTS.map((weight) => `${part}-${weight}`))) {
      writeFileSync(join(folder, `${file}.ttf`), unwrapped(readFileSync(join(files, `${file}-normal.woff`))))
    }
  }
}

const WOFF = { head: 44, entry: 20 }
const SFNT = { head: 12, entry: 16 }

/** WOFF 1.0 (W3C, 2012) holds the tables of an OpenType font, each packed by zlib where that is smaller. */
function unwrapped(woff: Buffer): Buffer {
  const count = woff.readUInt16BE(12)
  const tables = Array.from({ length: count }, (_, index) => {
    const at = WOFF.head + index * WOFF.entry
    const [offset, packed, length] = [4, 8, 12].map((field) => woff.readUInt32BE(at + field)) as [
      number,
      number,
      number,
    ]
    const bytes = woff.subarray(offset, offset + packed)
    return {
      tag: woff.subarray(at, at + 4),
      checksum: woff.subarray(at + 16, at + 20),
      bytes: packed < length ? inflateSync(bytes) : bytes,
    }
  })
  const head = Buffer.alloc(SFNT.head + count * SFNT.entry)
  woff.copy(head, 0, 4, 8)
  writeSearch(head, count)
  let offset = head.length
  const parts: Buffer[] = [head]
  tables.forEach(({ tag, checksum, bytes }, index) => {
    const at = SFNT.head + index * SFNT.entry
    tag.copy(head, at)
    checksum.copy(head, at + 4)
    head.writeUInt32BE(offset, at + 8)
    head.writeUInt32BE(bytes.length, at + 12)
    const padded = Buffer.concat([bytes, Buffer.alloc(-bytes.length & 3)])
    parts.push(padded)
    offset += padded.length
  })
  return Buffer.concat(parts)
}

/** What OpenType keeps for a binary search of its tables. */
function writeSearch(head: Buffer, count: number): void {
  const power = Math.floor(Math.log2(count))
  head.writeUInt16BE(count, 4)
  head.writeUInt16BE(2 ** power * 16, 6)
  head.writeUInt16BE(power, 8)
  head.writeUInt16BE((count - 2 ** power) * 16, 10)
}
