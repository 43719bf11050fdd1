/** One JSON request to a run on this machine, with no more of Node loaded than that needs. */
import { request } from 'node:http'

const ANSWER_MAX_MS = 60_000

export type JsonAnswer = { readonly status: number; readonly body: unknown }
export type JsonCall = {
  readonly port: number
  readonly method: 'GET' | 'POST' | 'PUT'
  readonly path: string
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

export function requestJson({ port, method, path, body, headers }: JsonCall): Promise<JsonAnswer> {
  const text = body === undefined ? undefined : JSON.stringify(body)
  return new Promise((resolve, reject) => {
    const call = request({
      host: '127.0.0.1',
      port,
      method,
      path,
      timeout: ANSWER_MAX_MS,
      headers: {
        host: `localhost:${port}`,
        ...(text !== undefined && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
        ...headers,
      },
    })
    call.once('error', reject).once('timeout', () => call.destroy(new Error(`${path} took too long`)))
    call.once('response', (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk)).once('error', reject)
      response.once('end', () => {
        const answer = Buffer.concat(chunks).toString('utf8')
        resolve({ status: response.statusCode ?? 0, body: answer === '' ? undefined : parseOrText(answer) })
      })
    })
    call.end(text)
  })
}

function parseOrText(answer: string): unknown {
  try {
    return JSON.parse(answer)
  } catch (error) {
    if (error instanceof SyntaxError) return answer
    throw error
  }
}
