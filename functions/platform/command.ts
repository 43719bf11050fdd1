/**
 * The one door to everything the business does: it checks the role, parses the input, runs the verb, decides again after
 * a lost race, and logs one line. HTTP, streams, schedules and tests all come through here.
 */
import type * as z from 'zod'
import { hasRole, type Role } from './auth.ts'
import type { Context } from './context.ts'
import { causeOf } from './log.ts'
import { Refusal } from './problem.ts'
import { backOff, DEADLINE_MS, InvariantBroken, LostRace, signalOf } from './transact.ts'
import { fieldErrors } from './validation.ts'

type Specification<Input, Output> = {
  readonly name: string
  readonly input: z.ZodType<Input>
  /** Who may call it; `anyone` for what needs no sign-in. */
  readonly allow: readonly Role[] | 'anyone'
  readonly run: (ctx: Context, input: Input) => Promise<Output>
}

export type Command<Input, Output> = ((ctx: Context, input: unknown) => Promise<Output>) &
  Pick<Specification<Input, Output>, 'name' | 'input' | 'allow'>

/** @throws Refusal `forbidden`, `validation_failed` or a field's own code, `try_again`, and those of the verb. */
export function command<Input, Output>(specification: Specification<Input, Output>): Command<Input, Output> {
  const { name, input, allow, run } = specification
  const door = async (ctx: Context, raw: unknown): Promise<Output> => {
    const started = ctx.elapsed()
    const report = { outcome: 'ok', tries: 0 }
    try {
      requireRole(ctx, allow)
      const parsed = input.safeParse(raw)
      if (!parsed.success) throw fieldErrors(parsed.error, raw)
      return await untilDecided(ctx, () => run(ctx, parsed.data), report)
    } catch (error) {
      report.outcome = outcomeOf(error)
      if (error instanceof InvariantBroken) reportInvariant(ctx, name, error)
      throw error
    } finally {
      ctx.log({
        level: 'info',
        message: 'command',
        requestId: ctx.requestId,
        principal: ctx.actor.id,
        operation: name,
        ...report,
        ms: Math.round(ctx.elapsed() - started),
        ...ctx.table.usage,
      })
    }
  }
  return Object.assign(Object.defineProperty(door, 'name', { value: name }), { input, allow }) as Command<Input, Output>
}

/** @throws Refusal `forbidden` */
export function requireRole(ctx: Context, allow: readonly Role[] | 'anyone'): void {
  if (allow !== 'anyone' && !hasRole(ctx.actor, ...allow)) throw new Refusal('forbidden')
}

/** On an account that many write at once one caller may lose again and again; the deadline of 3 s ends it about here. */
const DECISIONS_MAX = 24

async function untilDecided<Output>(
  ctx: Context,
  run: () => Promise<Output>,
  report: { tries: number },
): Promise<Output> {
  for (;;) {
    report.tries += 1
    try {
      return await run()
    } catch (error) {
      if (!(error instanceof LostRace)) throw error
      if (report.tries === DECISIONS_MAX || ctx.elapsed() > DEADLINE_MS) throw new Refusal('try_again')
      await backOff(ctx, report.tries)
    }
  }
}

/** As the caller is told: what could not be asked in time may be asked again, and only the rest is a bug. */
function outcomeOf(error: unknown): string {
  if (error instanceof Refusal) return error.code
  return signalOf(error) === 'defect' ? 'bug' : 'try_again'
}

function reportInvariant(ctx: Context, operation: string, error: InvariantBroken): void {
  ctx.log({
    level: 'error',
    message: error.message,
    requestId: ctx.requestId,
    operation,
    metric: 'LedgerInvariant',
    cause: causeOf(error),
  })
}
