/**
 * Watches what one request asks of the engine: how often it sent its transaction, and what its last strong read of a stock
 * or a budget showed, because nothing may be called sold out before such a read of every shard.
 */
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import type { Tables } from '../../../functions/platform/table.ts'

/** One strong read of shards: how many were asked for, and the most that any of them had left. */
export type Look = { readonly shards: number; readonly most: number }

type Command = { readonly input: object }
type Asked = { readonly Keys?: readonly { readonly pk: string }[]; readonly ConsistentRead?: boolean }

export class Probe {
  /** Transactions sent, the same one again included. */
  sends = 0
  lastLook: Look | undefined

  watched(tables: Tables): Tables {
    const { reader, writer } = tables
    return {
      ...tables,
      reader: asDocumentClient(async (command) => this.#look(command, await sent(reader, command))),
      writer: asDocumentClient((command) => {
        this.sends += 1
        return sent(writer, command)
      }),
    }
  }

  #look({ input }: Command, output: unknown): unknown {
    const { RequestItems = {} } = input as { RequestItems?: Readonly<Record<string, Asked>> }
    const asked = Object.values(RequestItems).filter(({ ConsistentRead }) => ConsistentRead === true)
    const keys = asked.flatMap(({ Keys = [] }) => Keys).filter(({ pk }) => pk.startsWith('K#'))
    if (keys.length === 0) return output
    const { Responses = {} } = output as { Responses?: Readonly<Record<string, readonly { readonly left: number }[]>> }
    const left = Object.values(Responses).flatMap((rows) => rows.map((row) => row.left))
    this.lastLook = { shards: keys.length, most: Math.max(0, ...left) }
    return output
  }
}

/** Verbs call nothing of a client but `send`. */
function asDocumentClient(send: (command: Command) => Promise<unknown>): DynamoDBDocumentClient {
  return { send } as unknown as DynamoDBDocumentClient
}

/** The command came from a verb, which took it from the SDK. */
function sent(client: DynamoDBDocumentClient, command: Command): Promise<unknown> {
  return client.send(command as Parameters<DynamoDBDocumentClient['send']>[0])
}
