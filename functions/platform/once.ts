/**
 * What makes a command effective once for ever: an operation id made from caller, command and Idempotency-Key, a
 * fingerprint of the input, and refusals that can be stored and given again.
 */
import * as z from 'zod'
import { canonicalJson, type Json, sha256 } from '../shared/canonical.ts'
import type { Context } from './context.ts'
import { CODES, type Code, Refusal, type RefusalDetails, STATUS } from './problem.ts'

/** 1 to 255 visible ASCII characters. */
const KEY = /^[\x21-\x7e]{1,255}$/

/** @throws Refusal `idempotency_key_required`, `idempotency_key_invalid` */
export function operationId(ctx: Context, commandName: string): string {
  if (ctx.idempotencyKey === undefined) throw new Refusal('idempotency_key_required')
  if (!KEY.test(ctx.idempotencyKey)) throw new Refusal('idempotency_key_invalid')
  return `O#${sha256(`${ctx.actor.id}\n${commandName}\n${ctx.idempotencyKey}`)}`
}

/** The same where the key may be left out: then nobody else can send this very operation. */
export function optionalOperationId(ctx: Context, commandName: string): string {
  return ctx.idempotencyKey === undefined ? `O#${sha256(ctx.newId('evt'))}` : operationId(ctx, commandName)
}

/** For what the product itself does once per subject, whoever happens to cause it. */
export function naturalOperationId(commandName: string, ...subject: readonly string[]): string {
  return `O#${sha256(['natural', commandName, ...subject].join('\n'))}`
}

/** Blind to key order and white space. `undefined` fields do not count. */
export function fingerprintOf(input: unknown): string {
  return sha256(canonicalJson(input as Json))
}

/** A refusal as it is stored in place of an effect. */
export const StoredRefusal = z.object({
  code: z.enum(CODES as readonly [Code, ...Code[]]),
  details: z.custom<RefusalDetails>((value) => typeof value === 'object' && value !== null),
  instance: z.string(),
})
export type StoredRefusal = z.infer<typeof StoredRefusal>

/** Refusals of state are recorded, so that a late duplicate can never execute; what is wrong with the request itself is not. */
export function isOfState({ code }: Refusal): boolean {
  return STATUS[code] === 409 || STATUS[code] === 410
}

export function storedRefusal(ctx: Context, refusal: Refusal): StoredRefusal {
  return { code: refusal.code, details: refusal.details, instance: ctx.requestId }
}

export function givenAgain(stored: StoredRefusal): Refusal {
  return new Refusal(stored.code, stored.details, stored.instance)
}
