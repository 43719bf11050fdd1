/** `npm run --silent token -- cashier --store central`: prints an access token of the run at `PORT`, and nothing else. */
import { parseArgs } from 'node:util'
import * as z from 'zod'
import { type JsonAnswer, requestJson } from './json-request.ts'
import { portFrom } from './port.ts'
import { endWith, Remedy } from './remedy.ts'

const USAGE =
  'Say for whom: npm run --silent token -- cashier|manager|marketer|caller|admin|auditor|pos|mem_… [--store central]…'

const Token = z.object({ access_token: z.string() })
const Refused = z.object({ message: z.string() })

async function main(): Promise<void> {
  const { who, stores } = readArguments()
  const wanted = who.startsWith('mem_') ? { member: who } : { role: who, ...(stores.length > 0 && { stores }) }
  const port = portFrom(process.env)
  const answer = await ask(port, wanted)
  const token = Token.safeParse(answer.body)
  if (token.success) return console.log(token.data.access_token)
  const refused = Refused.safeParse(answer.body)
  throw new Remedy(answer.status === 422 ? USAGE : `Port ${port}: ${refused.data?.message ?? 'not a local run'}.`)
}

function readArguments(): { who: string; stores: string[] } {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { store: { type: 'string', multiple: true, default: [] } },
    })
    const [who] = positionals
    if (who && positionals.length === 1) return { who, stores: values.store }
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
  }
  throw new Remedy(USAGE)
}

async function ask(port: number, wanted: unknown): Promise<JsonAnswer> {
  try {
    return await requestJson({ port, method: 'POST', path: '/local/token', body: wanted })
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ECONNREFUSED') {
      throw new Remedy(`No local run answers on port ${port}; start one with npm start, or name its port with PORT.`)
    }
    throw error
  }
}

main().catch(endWith)
