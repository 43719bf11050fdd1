/** What a session left open must not be enough for: the person has shown within minutes that it is they. */
import type { Context } from '../platform/context.ts'
import { Refusal } from '../platform/problem.ts'

const FRESH_SECONDS = 600

/** A renewed token keeps the time of its sign-in, so renewing does not help. @throws Refusal `sign_in_again` */
export function requireFreshSignIn({ actor, now }: Pick<Context, 'actor' | 'now'>): void {
  const { authTime = 0 } = actor
  if (now / 1_000 - authTime > FRESH_SECONDS) throw new Refusal('sign_in_again')
}
