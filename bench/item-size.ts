/**
 * What an item weighs in DynamoDB: the UTF-8 bytes of its names and values. Units are counted in kilobytes of it, so an item
 * of 1,025 bytes costs twice as much to write as one of 1,024.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
 */

/** What every item takes beside its own bytes where storage is billed. */
export const STORED_OVERHEAD_BYTES = 100
const WRITE_UNIT_BYTES = 1_024

/** Of an item as the document client takes it; what is undefined is not written. */
export function itemBytes(item: Readonly<Record<string, unknown>>): number {
  return Object.entries(item).reduce(
    (sum, [name, value]) => (value === undefined ? sum : sum + Buffer.byteLength(name) + valueBytes(value)),
    0,
  )
}

function valueBytes(value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(value)
  if (typeof value === 'number') return numberBytes(value)
  if (typeof value !== 'object' || value === null) return 1
  // A list or map takes three bytes, and one more for each member.
  if (Array.isArray(value)) return value.reduce((sum: number, member) => sum + valueBytes(member) + 1, 3)
  const members = Object.values(value).filter((member) => member !== undefined).length
  return 3 + members + itemBytes({ ...value })
}

/** A byte for two significant digits, one for the exponent, one more for a sign. */
function numberBytes(value: number): number {
  const digits = String(Math.abs(value)).replace('.', '').replace(/^0+/, '').replace(/0+$/, '')
  return Math.ceil(digits.length / 2) + 1 + (value < 0 ? 1 : 0)
}

/** Units of a plain write; in a transaction twice as many. */
export function writeUnits(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / WRITE_UNIT_BYTES))
}
