/**
 * How often one caller may try something: a bucket that fills from the first try on and empties as a whole when its time
 * is over. The gateway's throttle keeps the product standing; this keeps a patient guesser from getting anywhere.
 */
import { keyedHash } from '../shared/canonical.ts'
import type { Context } from './context.ts'
import { Refusal } from './problem.ts'
import { getItem, putIf, type Row, updateIf } from './table.ts'
import { keys } from './table-design.ts'

export type Rate = {
  /** What is limited, such as `lookup`; callers see it. */
  readonly policy: string
  /** Whose tries are counted. Hashed before it is stored, so it may be a contact. */
  readonly subject: string
  readonly most: number
  readonly seconds: number
}

/** Who loses this often to others of the same bucket is one of too many. */
const ROUNDS_MAX = 8
/** DynamoDB removes expired rows within days; this is only when it may. */
const KEPT_SECONDS = 3_600

/**
 * Counts one try before it is made, so that any number of them at once are counted too. One write unit, two for the first
 * of a bucket. @throws Refusal `too_many_attempts`
 */
export async function takeTry(ctx: Context, rate: Rate): Promise<void> {
  const key = await bucketKey(ctx, rate)
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const stood = await addTo(ctx, key, rate)
    if (stood === undefined) return
    if (isOpen(stood, ctx.now)) throw tooMany(rate, Number(stood.endsAt) - ctx.now)
    if (await begin(ctx, key, rate)) return
  }
  throw tooMany(rate, rate.seconds * 1_000)
}

/**
 * For limits on what goes wrong: refuses a try while the bucket is full, and counts nothing. One read unit; whoever sends
 * many at once is counted after they were looked at, and stopped then. @throws Refusal `too_many_attempts`
 */
export async function requireRoom(ctx: Context, rate: Rate): Promise<void> {
  const bucket = await getItem(ctx.table, 'Operations', await bucketKey(ctx, rate))
  if (bucket === undefined || !isOpen(bucket, ctx.now) || Number(bucket.n) < rate.most) return
  throw tooMany(rate, Number(bucket.endsAt) - ctx.now)
}

/** @returns the bucket that is full or over, or undefined when the try was counted. */
function addTo(ctx: Context, Key: ReturnType<typeof keys.rate>, { most }: Rate): Promise<Row | undefined> {
  return updateIf(ctx.table, 'Operations', {
    Key,
    UpdateExpression: 'ADD n :one',
    ConditionExpression: 'endsAt > :now AND n < :most',
    ExpressionAttributeValues: { ':one': 1, ':most': most, ':now': ctx.now },
  })
}

/** @returns false where somebody else began it meanwhile. */
async function begin(ctx: Context, key: ReturnType<typeof keys.rate>, { seconds }: Rate): Promise<boolean> {
  const endsAt = ctx.now + seconds * 1_000
  const removeAt = Math.ceil(endsAt / 1_000) + KEPT_SECONDS
  const stood = await putIf(ctx.table, 'Operations', {
    Item: { ...key, rv: 1, n: 1, endsAt, removeAt },
    ConditionExpression: 'attribute_not_exists(pk) OR endsAt <= :now',
    ExpressionAttributeValues: { ':now': ctx.now },
  })
  return stood === undefined
}

function isOpen(bucket: Row, now: number): boolean {
  return Number(bucket.endsAt ?? 0) > now
}

function tooMany({ policy, most, seconds }: Rate, milliseconds: number): Refusal {
  const retryAfter = Math.max(1, Math.ceil(milliseconds / 1_000))
  return new Refusal('too_many_attempts', { params: { retryAfter }, rate: { policy, most, seconds, retryAfter } })
}

async function bucketKey(ctx: Context, { policy, subject }: Rate) {
  return keys.rate(keyedHash(await ctx.secret(), `rate:${policy}:${subject}`))
}
