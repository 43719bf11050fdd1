/**
 * The least that awards points: the same three items under the same conditions, sent by the same client without any rule,
 * check or hash. It is what everything else is compared with.
 */
import { GetCommand, TransactWriteCommand, type TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb'
import { entrySort, keys, receiptKey } from '../functions/platform/table-design.ts'
import { award } from '../functions/points/award.ts'
import { receiptOf, type Shop, STORE, TILL } from './shop.ts'

type Item = Readonly<Record<string, unknown>>
type Template = { readonly receipt: Item; readonly account: Item; readonly entry: Item }

export type BareAward = {
  readonly write: () => Promise<unknown>
  readonly readAndWrite: () => Promise<unknown>
}

/** Awards to the member as often as it is called; nobody else may write to the account meanwhile. */
export async function bareAward({ tables, ...shop }: Shop, memberId: string): Promise<BareAward> {
  const template = await templateOf({ tables, ...shop }, memberId)
  const TableName = tables.names.Ledger
  let version = Number(template.account.v)
  const write = async () => {
    version += 1
    const receiptNumber = `bare-${memberId.slice(-6)}-${version}`
    const isAbsent = 'attribute_not_exists(pk)'
    const items: TransactWriteCommandInput['TransactItems'] = [
      putOf({ ...template.receipt, pk: receiptKey(STORE, receiptNumber) }, isAbsent),
      putOf({ ...template.account, v: version }, 'v = :v', { ':v': version - 1 }),
      putOf({ ...template.entry, sk: entrySort(version) }, isAbsent),
    ]
    return tables.writer.send(new TransactWriteCommand({ TransactItems: items }))
  }
  const putOf = (Item: Item, ConditionExpression: string, ExpressionAttributeValues?: Item) => ({
    Put: { TableName, Item, ConditionExpression, ...(ExpressionAttributeValues && { ExpressionAttributeValues }) },
  })
  return {
    write,
    async readAndWrite() {
      await tables.reader.send(new GetCommand({ TableName, Key: keys.account(memberId), ConsistentRead: true }))
      return write()
    },
  }
}

/** The items of one real award, so that both forms send the same bytes. */
async function templateOf(shop: Shop, memberId: string): Promise<Template> {
  const { writer } = shop.tables
  const name = 'template'
  let sent: TransactWriteCommandInput['TransactItems'] = []
  writer.middlewareStack.add(
    (next) => (args) => {
      sent = transactionOf(args.input)
      return next(args)
    },
    { step: 'initialize', name },
  )
  try {
    await award(shop.by(TILL), receiptOf(shop, memberId))
  } finally {
    writer.middlewareStack.remove(name)
  }
  const [receipt, account, entry] = (sent ?? []).map(({ Put }) => Put?.Item)
  if (sent?.length !== 3 || !receipt || !account || !entry) throw new Error('an award is no longer three items')
  return { receipt, account, entry }
}

/** An award writes by one command, which is this one; any other has no such field. */
function transactionOf(input: object): TransactWriteCommandInput['TransactItems'] {
  return (input as TransactWriteCommandInput).TransactItems
}
