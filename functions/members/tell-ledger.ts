/**
 * What members make known to the ledger, which stands above them: handed in where the function is put together, because
 * what a proven or a changed contact means for points is no business of this capability.
 */
import type { Context } from '../platform/context.ts'

export type TellLedger = {
  /** A contact of this member was proven. Once is enough, more often does no harm. */
  readonly verified: (ctx: Context, memberId: string) => Promise<unknown>
  /** A contact of this member is about to change; `change` is a name of its own for each. */
  readonly contactChanging: (ctx: Context, memberId: string, change: string) => Promise<unknown>
}
