/** Cursors are opaque, tamper-evident, and good only for the caller and the filter that they were made for. */
import * as z from 'zod'
import { canonicalJson, type Json, keyedHash } from '../shared/canonical.ts'
import type { Context } from './context.ts'
import { Refusal } from './problem.ts'

export const LIMIT = { most: 100, usual: 25 } as const
export const CURSOR_MAX = 512

/** `?limit=` as text, 1 to 100 without sign, exponent or leading zero. */
export const limitText = z
  .string()
  .regex(/^([1-9]\d?|100)$/, { error: 'out_of_range' })
  .transform(Number)
  .default(LIMIT.usual)

export const cursorText = z.string().max(CURSOR_MAX, { error: 'invalid_cursor' }).optional()

export const pageQuery = { limit: limitText, cursor: cursorText }

export async function writeCursor(ctx: Context, filter: Json, position: string): Promise<string> {
  return `${Buffer.from(position).toString('base64url')}.${await sealOf(ctx, filter, position)}`
}

/** @throws Refusal `invalid_cursor` */
export async function readCursor(ctx: Context, filter: Json, cursor: string): Promise<string> {
  const [encoded = ''] = cursor.split('.')
  const position = Buffer.from(encoded, 'base64url').toString()
  if (cursor !== (await writeCursor(ctx, filter, position))) throw new Refusal('invalid_cursor')
  return position
}

async function sealOf(ctx: Context, filter: Json, position: string): Promise<string> {
  return keyedHash(await ctx.secret(), canonicalJson(['cursor', ctx.actor.id, filter, position]))
}
