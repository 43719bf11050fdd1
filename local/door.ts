/**
 * The one address at which functions find AWS. Calls to DynamoDB are passed on; the few other services that the product
 * uses are answered here, and everything else is refused by name.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { AwsRefusal } from './aws.ts'
import { answerCognito, COGNITO, type CognitoParts } from './cognito.ts'
import type { Events } from './events.ts'
import { close, listen } from './listen.ts'
import { Relay, type RelayParts } from './relay.ts'
import type { Secrets } from './secrets.ts'

const BODY_MAX_BYTES = 20 * 1024 * 1024
const DYNAMODB = 'DynamoDB_20120810.'

export type DoorParts = RelayParts & {
  readonly events: Events
  readonly secrets: Secrets
  readonly cognito: CognitoParts
}

export type Door = { readonly url: string; readonly close: () => Promise<void> }

export async function openDoor(parts: DoorParts): Promise<Door> {
  const relay = new Relay(parts)
  const server = createServer({ keepAliveTimeout: 60_000 }, (incoming, outgoing) => {
    collect(incoming, outgoing, (body) => {
      const target = headerOf(incoming, 'x-amz-target')
      if (target.startsWith(DYNAMODB))
        relay.pass({ operation: target.slice(DYNAMODB.length), incoming, outgoing, body })
      else answerOther({ parts, target, incoming, outgoing, body })
    })
  })
  const port = await listen(server, 0)
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => {
      relay.close()
      return close(server)
    },
  }
}

type Exchange = {
  readonly parts: DoorParts
  readonly target: string
  readonly incoming: IncomingMessage
  readonly outgoing: ServerResponse
  readonly body: Buffer
}

function answerOther(exchange: Exchange): void {
  const { status, body } = otherAnswer(exchange)
  const text = JSON.stringify(body)
  const headers = { 'content-type': 'application/x-amz-json-1.1', 'content-length': Buffer.byteLength(text) }
  exchange.outgoing.writeHead(status, headers).end(text)
}

type Answer = { readonly status: number; readonly body: unknown }

function otherAnswer({ parts, target, incoming, body }: Exchange): Answer {
  try {
    switch (target) {
      case 'AWSEvents.PutEvents':
        return { status: 200, body: parts.events.put(JSON.parse(body.toString('utf8'))) }
      case 'secretsmanager.GetSecretValue':
        return { status: 200, body: parts.secrets.get(JSON.parse(body.toString('utf8'))) }
      default:
        return (
          cognitoAnswer(parts.cognito, target, body) ??
          refused(501, 'NotImplementedException', `The local run does not answer ${describe(target, incoming)}`)
        )
    }
  } catch (error) {
    if (error instanceof AwsRefusal) return refused(400, error.code, error.message)
    return refused(500, 'InternalFailure', String(error))
  }
}

function cognitoAnswer(parts: CognitoParts, target: string, body: Buffer): Answer | undefined {
  if (!target.startsWith(COGNITO)) return undefined
  const answer = answerCognito(parts, target.slice(COGNITO.length), JSON.parse(body.toString('utf8')))
  return answer === undefined ? undefined : { status: 200, body: answer }
}

function refused(status: number, __type: string, message: string): Answer {
  return { status, body: { __type, message } }
}

/** Service and action of a call, and the function that made it, from what every SDK client sends. */
function describe(target: string, { method = '', url = '', headers }: IncomingMessage): string {
  const [, caller = 'somebody', service = 'unknown service'] =
    /Credential=LOCAL-([^/]+)\/\d+\/[^/]+\/([^/]+)\//.exec(headers.authorization ?? '') ?? []
  return `${service} ${target.split('.').at(-1) || `${method} ${url}`} (called by ${caller})`
}

function collect(incoming: IncomingMessage, outgoing: ServerResponse, then: (body: Buffer) => void): void {
  const chunks: Buffer[] = []
  let size = 0
  incoming.on('data', (chunk: Buffer) => {
    size += chunk.length
    if (size > BODY_MAX_BYTES) incoming.destroy()
    else chunks.push(chunk)
  })
  incoming.once('error', () => outgoing.destroy())
  incoming.once('end', () => then(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)))
}

function headerOf(incoming: IncomingMessage, name: string): string {
  const value = incoming.headers[name]
  return typeof value === 'string' ? value : ''
}
