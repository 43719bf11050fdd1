/** What a publication may say given the one before it: when it begins, and what receipts have fixed for ever. */
import type { FieldError } from '../platform/problem.ts'
import { addToDate, localDate } from '../shared/dates.ts'
import { type Draft, finding } from './draft.ts'
import type { ProgramDocument } from './schema.ts'

/** `previous` is the latest document once a receipt was recorded; before that nothing is fixed. */
export type Publishing = { readonly now: number; readonly previous?: ProgramDocument }

/** Receipts count money and days in the currency and zone of their time, and no receipt is calculated by later rules. */
export function publicationErrors({ sections }: Draft, { now, previous }: Publishing): FieldError[] {
  if (previous === undefined) return []
  const { currency, zone, effectiveFrom } = sections
  return [
    ...finding(currency !== undefined && currency !== previous.currency, '/currency', 'invalid_value'),
    ...finding(zone !== undefined && zone !== previous.zone, '/zone', 'invalid_value'),
    ...finding(
      effectiveFrom !== undefined && effectiveFrom < tomorrow(now, previous.zone),
      '/effectiveFrom',
      'out_of_range',
    ),
  ]
}

/** The day named, else tomorrow; today while no receipt was recorded. */
export function beginningOf(document: ProgramDocument, { now, previous }: Publishing): string {
  if (document.effectiveFrom !== undefined) return document.effectiveFrom
  return previous === undefined ? localDate(now, document.zone) : tomorrow(now, document.zone)
}

function tomorrow(now: number, zone: string): string {
  return addToDate(localDate(now, zone), 'P1D')
}
