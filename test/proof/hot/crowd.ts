/**
 * Callers who all want the same thing at once. Each sends its request through the door of the verb, and after a 503 the
 * same request again, as Retry-After asks it to, until it is answered.
 */
import type { Actor } from '../../../functions/platform/auth.ts'
import type { Context } from '../../../functions/platform/context.ts'
import { type Code, Refusal, STATUS } from '../../../functions/platform/problem.ts'
import { signalOf } from '../../../functions/platform/transact.ts'
import type { Dice } from '../dice.ts'
import type { World } from '../world.ts'
import { type Look, Probe } from './probe.ts'

export type Deed = { readonly actor: Actor; readonly key?: string; readonly run: (ctx: Context) => Promise<unknown> }

/** One request as its caller sees it, in virtual milliseconds. */
export type Request = {
  readonly outcome: 'ok' | Code
  /** How often its transaction was sent: decisions, the same one sent again, and shards that turned out to be empty. */
  readonly tries: number
  readonly ms: number
  readonly look: Look | undefined
}
/** A deed with all the requests that it took; never empty, the last one answered it. */
export type Done = { readonly first: Request; readonly last: Request; readonly requests: number }

/** The gateway's answer to a 503 says `Retry-After: 1`; callers that do as they are told spread out within a second. */
export const RETRY_AFTER_MS = 1_000
const SPREAD_MS = 1_000
const REQUESTS_MAX = 100

/** Throttled reads are answered as the HTTP edge answers them. @throws what is not a refusal: a defect of the product */
export async function send(world: World, { actor, key, run }: Deed): Promise<Request> {
  const began = world.turnstile.time
  const probe = new Probe()
  const { ctx } = world.process({ actor, ...(key !== undefined && { key }) })
  const about = (outcome: Request['outcome']): Request => ({
    outcome,
    tries: probe.sends,
    ms: world.turnstile.time - began,
    look: probe.lastLook,
  })
  try {
    await run({ ...ctx, table: probe.watched(ctx.table) })
    return about('ok')
  } catch (error) {
    if (error instanceof Refusal) return about(error.code)
    if (signalOf(error) === 'defect') throw error
    return about('try_again')
  }
}

export async function sendUntilAnswered(world: World, deed: Deed, dice: Dice): Promise<Done> {
  const first = await send(world, deed)
  let last = first
  let requests = 1
  while (isBusy(last)) {
    if (requests === REQUESTS_MAX) throw new Error(`not answered after ${REQUESTS_MAX} requests`)
    await world.turnstile.pause(RETRY_AFTER_MS + dice.below(SPREAD_MS))
    last = await send(world, deed)
    requests += 1
  }
  return { first, last, requests }
}

export function isBusy({ outcome }: Request): boolean {
  return outcome !== 'ok' && STATUS[outcome] === 503
}

/** Lets all callers run at the same time, and the virtual clock with them. @throws what the first to fail failed with */
export async function together(world: World, callers: readonly (() => Promise<void>)[]): Promise<void> {
  const running = Promise.allSettled(callers.map((caller) => caller()))
  await world.turnstile.run()
  const failed = (await running).find((result) => result.status === 'rejected')
  if (failed) throw failed.reason
}
