/**
 * The smallest function that could read and write the ledger: the document client, one read, one transaction. Bundled like
 * ours it says how much of size and start is the client's and how much is the product's.
 */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient, GetCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb'

type Event = {
  readonly table: string
  readonly key: Readonly<Record<string, unknown>>
  readonly items: readonly Readonly<Record<string, unknown>>[]
}

let client: DynamoDBDocumentClient | undefined

export async function handler({ table: TableName, key: Key, items }: Event) {
  client ??= DynamoDBDocumentClient.from(new DynamoDBClient({}), { marshallOptions: { removeUndefinedValues: true } })
  const { Item } = await client.send(new GetCommand({ TableName, Key, ConsistentRead: true }))
  await client.send(
    new TransactWriteCommand({ TransactItems: items.map((row) => ({ Put: { TableName, Item: row } })) }),
  )
  return { statusCode: 201, body: JSON.stringify(Item ?? null) }
}
