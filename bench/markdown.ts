/** Tables and numbers as our documents write them. */
import type { Circumstances } from './machine.ts'

/** The first column to the left, all others to the right where they are numbers. */
export function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const isNumber = heads.map((_, column) => rows.every((row) => /^[\d,.$*~-]*$/.test(row[column] ?? '')))
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(heads), line(isNumber.map((number) => (number ? '---:' : '---'))), ...rows.map(line)].join('\n')
}

/** With commas; parts of a whole only where there is nothing before them. */
export function told(number: number): string {
  return number.toLocaleString('en-US', { maximumFractionDigits: number < 100 ? 1 : 0 })
}

export function when({ date, commit, node, cores }: Circumstances): string {
  return `*Measured on ${date} at commit \`${commit}\` with Node ${node} on ${cores} cores.*`
}
