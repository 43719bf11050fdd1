/** Why something cannot be had now. All reasons are named at once, in one order, so that a desk can tell them all. */
import { type Code, Refusal } from '../platform/problem.ts'

/** `params` are the values that a page needs to say it. */
export type Reason = { readonly code: Code; readonly params?: Readonly<Record<string, string | number>> }

const ORDER: readonly Code[] = [
  'account_frozen',
  'not_started',
  'ended',
  'paused',
  'sold_out',
  'insufficient_points',
  'member_limit',
  'tier_required',
  'segment_required',
  'store_excluded',
  'unverified_contact',
  'new_member_hold',
  'contact_hold',
  'debt',
  'too_many_reservations',
]

export function plain(codes: readonly Code[]): Reason[] {
  return codes.map((code) => ({ code }))
}

export function inOrder(reasons: readonly Reason[]): Reason[] {
  const place = ({ code }: Reason) => ORDER.indexOf(code)
  return reasons.toSorted((a, b) => place(a) - place(b))
}

/** The first reason gives the refusal its code; the params of all come together, beside those of the account. */
export function refusalFor(reasons: readonly Reason[], params: NonNullable<Reason['params']>): Refusal {
  const ordered = inOrder(reasons)
  const [first] = ordered
  if (first === undefined) throw new Error('a refusal without a reason')
  const all = Object.assign({}, params, ...ordered.map((reason) => reason.params ?? {}))
  return new Refusal(first.code, { reasons: ordered.map(({ code }) => code), params: all })
}
