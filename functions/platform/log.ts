/** One JSON line per request or record. The fields are an allow-list, so that no personal data can slip into a log. */

export type LogLine = {
  readonly level: 'info' | 'warn' | 'error'
  readonly message: string
  readonly requestId?: string
  readonly principal?: string
  readonly operation?: string
  readonly outcome?: string
  readonly replayed?: boolean
  readonly tries?: number
  readonly ms?: number
  readonly requests?: number
  readonly writeUnits?: number
  readonly readUnits?: number
  readonly recordId?: string
  readonly memberId?: string
  readonly settled?: number
  readonly failed?: number
  readonly seq?: number
  readonly accounts?: number
  readonly entries?: number
  readonly findings?: number
  /** A metric that an alarm watches. */
  readonly metric?: 'LedgerInvariant' | 'AuditDeviation' | 'AuditSealed' | 'AnchorMissing'
  /** Name and stack of a bug; messages of foreign errors are left out, they may quote what was sent. */
  readonly cause?: string
}

export type Log = (line: LogLine) => void

export function log(line: LogLine): void {
  process.stdout.write(`${JSON.stringify({ time: new Date().toISOString(), ...line })}\n`)
}

/** Where a bug happened, without its message. */
export function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error
  const frames = (error.stack ?? '')
    .split('\n')
    .filter((line) => line.trimStart().startsWith('at '))
    .slice(0, 8)
  return [error.name, ...frames.map((line) => line.trim())].join(' | ')
}
