/** What must not be said of a reward although every field is well formed: levels and stores that the program does not have. */
import type { Context } from '../platform/context.ts'
import { type FieldError, Refusal, refuseFields } from '../platform/problem.ts'
import { versionAt } from '../program/book.ts'
import { programBook, storeOf } from '../program/current.ts'
import type { RewardContent } from './schema.ts'

/** All findings at once. @throws Refusal `invalid_value`, `required_field`, `program_missing` */
export async function requireContent(ctx: Context, { name, tiers = [], stores = [] }: RewardContent): Promise<void> {
  const { document } = versionAt(await programBook(ctx), ctx.now)
  const levels = new Set(document.tiers?.levels.map(({ id }) => id))
  const known = await Promise.all(stores.map((storeId) => isStore(ctx, storeId)))
  const { defaultLocale } = document
  const errors: FieldError[] = [
    ...(name[defaultLocale] === undefined
      ? [{ pointer: `/name/${defaultLocale}`, code: 'required_field' } as const]
      : []),
    ...tiers.flatMap((tier, at) =>
      levels.has(tier) ? [] : [{ pointer: `/tiers/${at}`, code: 'invalid_value' } as const],
    ),
    ...known.flatMap((isKnown, at) => (isKnown ? [] : [{ pointer: `/stores/${at}`, code: 'invalid_value' } as const])),
  ]
  if (errors.length > 0) throw refuseFields(errors)
}

async function isStore(ctx: Context, storeId: string): Promise<boolean> {
  try {
    await storeOf(ctx, storeId)
    return true
  } catch (error) {
    if (error instanceof Refusal && error.code === 'store_not_found') return false
    throw error
  }
}
