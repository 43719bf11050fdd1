/**
 * The conditions that writes carry, each known by its table, the operation, the kind of row and its text; and how one of
 * them, or one clause of it, is taken out of a request without leaving anything behind that DynamoDB would refuse.
 */

/** A write inside a request, or a request that is one write. */
export type Holder = {
  TableName?: string
  Key?: Record<string, unknown>
  Item?: Record<string, unknown>
  ConditionExpression?: string
  UpdateExpression?: string
  ExpressionAttributeNames?: Record<string, string>
  ExpressionAttributeValues?: Record<string, unknown>
}

export type Input = Holder & {
  readonly TransactItems?: readonly Readonly<Record<string, Holder>>[]
  readonly RequestItems?: Readonly<Record<string, { readonly ConsistentRead?: boolean }>>
  readonly ConsistentRead?: boolean
  readonly IndexName?: string
  ClientRequestToken?: string
}

/** Take the whole condition away, or the clause of this index alone. */
export type Removal = { readonly condition: string; readonly clause?: number }

/** `A#mem_1` / `E#000000000001` is `A/E`: the words of the key without what names one row. */
export function kindOf(key: Record<string, unknown>): string {
  const words = (part: unknown) =>
    String(part ?? '')
      .split('#')
      .filter((word) => /^[A-Z]+$/.test(word))
      .join('#')
  return `${words(key.pk)}/${words(key.sk)}`
}

/** `TransactWriteItems A/ACCOUNT A/E`, by which stories name the call that they wait for. */
export function callOf(name: string, input: Input): string {
  return [name, ...holdersOf(name, input).map(({ holder }) => kindOf(holder.Item ?? holder.Key ?? {}))].join(' ')
}

function holdersOf(name: string, input: Input): { readonly operation: string; readonly holder: Holder }[] {
  if (input.TransactItems === undefined) return [{ operation: name, holder: input }]
  return input.TransactItems.flatMap((item) =>
    Object.entries(item).map(([operation, holder]) => ({ operation: `transaction ${operation}`, holder })),
  )
}

function idOf(operation: string, holder: Holder): string {
  const table = String(holder.TableName).replace(/-\d+$/, '')
  return `${table} ${operation} ${kindOf(holder.Item ?? holder.Key ?? {})}: ${holder.ConditionExpression}`
}

export function conditionsOf(name: string, input: Input): string[] {
  return holdersOf(name, input).flatMap(({ operation, holder }) =>
    holder.ConditionExpression === undefined ? [] : [idOf(operation, holder)],
  )
}

type Parts = { readonly parts: readonly string[]; readonly joint: 'AND' | 'OR' }

/** The parts of a condition that are joined outside of brackets; all by the same word. */
export function partsOf(expression: string): Parts {
  if (/\bBETWEEN\b/i.test(expression)) throw new Error(`AND has two meanings in: ${expression}`)
  const parts = ['']
  const joints = new Set<string>()
  let depth = 0
  for (const word of expression.split(' ')) {
    if (depth === 0 && (word === 'AND' || word === 'OR')) {
      joints.add(word)
      parts.push('')
      continue
    }
    depth += word.split('(').length - word.split(')').length
    parts.push(`${parts.pop()} ${word}`.trim())
  }
  if (joints.size > 1) throw new Error(`AND beside OR needs brackets in: ${expression}`)
  return { parts, joint: joints.has('OR') ? 'OR' : 'AND' }
}

/** @returns the request without what is removed, where it was there. */
export function without(removal: Removal, name: string, input: Input): Input {
  const copy = structuredClone(input)
  for (const { operation, holder } of holdersOf(name, copy)) {
    if (holder.ConditionExpression === undefined || idOf(operation, holder) !== removal.condition) continue
    weaken(holder, operation, removal)
  }
  return copy
}

/** A check without condition is no check; it needs one that always holds. */
const ALWAYS = 'attribute_exists(pk) OR attribute_not_exists(pk)'

function weaken(holder: Holder, operation: string, { clause }: Removal): void {
  const { parts, joint } = partsOf(holder.ConditionExpression ?? '')
  const left = clause === undefined ? [] : parts.filter((_, index) => index !== clause)
  if (left.length > 0) holder.ConditionExpression = left.join(` ${joint} `)
  else if (operation.endsWith('ConditionCheck')) holder.ConditionExpression = ALWAYS
  else delete holder.ConditionExpression
  const text = `${holder.ConditionExpression ?? ''} ${holder.UpdateExpression ?? ''}`
  const words = new Set(text.match(/[:#]\w+/g))
  prune(holder, 'ExpressionAttributeNames', words)
  prune(holder, 'ExpressionAttributeValues', words)
}

function prune(
  holder: Holder,
  part: 'ExpressionAttributeNames' | 'ExpressionAttributeValues',
  words: ReadonlySet<string>,
) {
  const used = Object.entries(holder[part] ?? {}).filter(([word]) => words.has(word))
  if (used.length > 0) Object.assign(holder, { [part]: Object.fromEntries(used) })
  else delete holder[part]
}
