/** How DynamoDB says no when others are in the way: its names, its sentences and a reason per item of a transaction. */
import type { DynamoCall } from './dynamo-call.ts'

/** One per item of the transaction, in its order; `None` for those that were not in the way. */
export type Reason = { readonly Code: string; readonly Message?: string }

export type Refused = {
  readonly name:
    | 'TransactionCanceledException'
    | 'TransactionConflictException'
    | 'TransactionInProgressException'
    | 'ThrottlingException'
  readonly message: string
  readonly reasons?: readonly Reason[]
}

/** @param met indexes of the items that somebody else holds. */
export function conflictOf(call: DynamoCall, met: ReadonlySet<number>): Refused {
  const Message = 'Transaction is ongoing for the item'
  if (!isMany(call)) return { name: 'TransactionConflictException', message: Message }
  return canceled(call, met, { Code: 'TransactionConflict', Message })
}

/** @param short indexes of the items for which there was no capacity. */
export function throttleOf(call: DynamoCall, short: ReadonlySet<number>): Refused {
  const Message =
    'Throughput exceeds the current capacity of your table or index. DynamoDB is automatically scaling your table or index so please try again shortly.'
  if (!isMany(call)) return { name: 'ThrottlingException', message: Message }
  return canceled(call, short, { Code: 'ThrottlingError', Message })
}

export function inProgress(): Refused {
  return {
    name: 'TransactionInProgressException',
    message: 'The transaction with the given request token is already in progress.',
  }
}

function isMany({ kind }: DynamoCall): boolean {
  return kind === 'transaction' || kind === 'snapshot'
}

function canceled(call: DynamoCall, indexes: ReadonlySet<number>, reason: Reason): Refused {
  const reasons = call.items.map((_, index) => (indexes.has(index) ? reason : { Code: 'None' }))
  const codes = reasons.map(({ Code }) => Code).join(', ')
  return {
    name: 'TransactionCanceledException',
    message: `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`,
    reasons,
  }
}
