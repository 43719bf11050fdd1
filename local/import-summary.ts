/** The few lines that tell what an import did: how many of each kind went in, were there already, or were refused. */
import type { DeliveryOutcome } from './import-deliver.ts'
import type { History } from './import-rows.ts'
import { duration } from './progress.ts'

type Summary = {
  readonly outcome: DeliveryOutcome
  readonly history: Pick<History, 'refused' | 'receipts' | 'refunds'>
  readonly requests: number
  readonly seconds: number
}

export function summaryOf({ outcome, history, requests, seconds }: Summary): string {
  const rate = seconds > 0 ? Math.round(requests / seconds) : requests
  return [
    `members   ${counts(outcome.members)}`,
    `receipts  ${counts(outcome.receipts)}`,
    `refunds   ${counts(outcome.refunds)}`,
    `unusable  ${number(history.refused.length)} rows, not sent`,
    `took      ${duration(seconds)}, ${number(requests)} requests, ${number(rate)}/s`,
  ].join('\n')
}

function counts(kinds: Readonly<Record<string, number>>): string {
  return Object.entries(kinds)
    .map(([kind, count]) => `${number(count)} ${kind}`)
    .join(', ')
}

export function number(value: number): string {
  return value.toLocaleString('en')
}
