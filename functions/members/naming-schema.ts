/**
 * How a body names a member: by exactly one of id, a caller's own number, card number or the rotating code. Every command
 * at the desk takes the same four, so that a till scans whatever it is shown.
 */
import * as z from 'zod'
import { idPattern } from '../shared/ids.ts'
import { CARD_CODE } from './card-code.ts'

export const memberNameFields = {
  memberId: z.string().regex(idPattern('mem')).optional(),
  externalId: z
    .string()
    .regex(/^[A-Za-z0-9._:-]{1,64}$/)
    .optional(),
  cardNumber: z
    .string()
    .regex(/^[A-Za-z0-9-]{1,32}$/)
    .optional(),
  code: z.string().regex(CARD_CODE).optional(),
}

const NAMES = ['memberId', 'externalId', 'cardNumber', 'code'] as const
export type MemberName = {
  readonly memberId?: string | undefined
  readonly externalId?: string | undefined
  readonly cardNumber?: string | undefined
  readonly code?: string | undefined
}

/** For `.check()` of a body with these fields. */
export function oneMemberNamed({ value, issues }: z.core.ParsePayload<MemberName>): void {
  const named = NAMES.filter((name) => value[name] !== undefined)
  if (named.length === 1) return
  const message = named.length === 0 ? 'required_field' : 'invalid_value'
  issues.push({ code: 'custom', message, path: [named[1] ?? 'memberId'], input: value })
}

/** The same input with the member in the place of whatever named it: who repeats a command may show another code. */
export function withoutNames<Input extends MemberName>(input: Input, memberId: string) {
  return { ...input, externalId: undefined, cardNumber: undefined, code: undefined, memberId }
}
