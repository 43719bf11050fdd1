/** `/local/…`: the controls that exist on one machine only, for people and for tests. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Clock } from './clock.ts'
import type { Disturbances } from './disturbances.ts'
import { drain } from './drain.ts'
import type { Events } from './events.ts'
import type { LocalFunction } from './functions.ts'
import { PAGE_HEADERS } from './html.ts'
import { type Identity, TokenRequest } from './identity.ts'
import type { Mailbox } from './mailbox.ts'
import { NewPerson, type People } from './people.ts'
import type { Queues } from './queues.ts'
import type { Scheduler } from './scheduler.ts'
import type { StreamPump } from './streams.ts'

const BODY_MAX_BYTES = 64 * 1024
const EVENTS_DEFAULT = 100
const EVENTS_MAX = 10_000

export type ControlParts = {
  readonly port: number
  readonly clock: Clock
  readonly disturbances: Disturbances
  readonly events: Events
  readonly functions: ReadonlyMap<string, LocalFunction>
  readonly identity: Identity
  readonly mailbox: Mailbox
  readonly people: People
  readonly pumps: readonly StreamPump[]
  readonly queues: Queues
  readonly scheduler: Scheduler
}

type Reply = { readonly status: number; readonly body: unknown; readonly page?: string }
type Control = (
  parts: ControlParts,
  input: { readonly body: unknown; readonly query: URLSearchParams; readonly wantsPage: boolean },
) => Promise<Reply> | Reply

const FAULTS_WANTED =
  'Send {"seed": 7, "rate": 0.2} and, if you like, "kinds" {"timeout": 1, …} and "physics": true; {"rate": 0} switches off.'

const CONTROLS: Readonly<Record<string, Control>> = {
  'GET /local/clock': ({ clock }) => ok({ now: new Date(clock.now()).toISOString() }),
  'POST /local/clock': async ({ clock, scheduler }, { body }) => {
    const target = await clock.targetOf(body)
    if (target === undefined) return refuse('Send {"now": "2026-12-24T18:00:00Z"} or {"advance": "P1D"}.')
    if (!(await scheduler.move(target))) return refuse('More schedules would fire than that; move in smaller steps.')
    return ok({ now: new Date(clock.now()).toISOString() })
  },
  'POST /local/drain': async ({ pumps, queues, scheduler }) => {
    const quiet = await drain([...pumps, { drain: () => scheduler.idle() }])
    const failed = Object.entries(queues.list()).flatMap(([queue, messages]) =>
      messages.map((message) => ({ queue, ...message })),
    )
    return ok({ quiet, failed })
  },
  'GET /local/events': ({ events }, { query }) => {
    const limit = Number(query.get('limit') ?? EVENTS_DEFAULT)
    if (!Number.isInteger(limit) || limit < 1 || limit > EVENTS_MAX) return refuse(`limit is 1 to ${EVENTS_MAX}.`)
    return ok({ items: events.list({ type: query.get('type') ?? undefined, limit }) })
  },
  'GET /local/faults': ({ disturbances }) => ok(disturbances.shown()),
  'POST /local/faults': ({ disturbances }, { body }) => {
    const problem = disturbances.set(body)
    return problem === undefined ? ok(disturbances.shown()) : refuse(`${FAULTS_WANTED}\n${problem}`)
  },
  'GET /local/functions': ({ functions }) => ok({ items: [...functions.values()].map(({ stats }) => stats) }),
  'GET /local/mailbox': ({ mailbox }, { query, wantsPage }) =>
    wantsPage ? mailPage(mailbox, query) : ok({ items: mailbox.list(query.get('to') ?? undefined) }),
  'GET /local/mailbox.html': ({ mailbox }, { query }) => mailPage(mailbox, query),
  'GET /local/people': ({ people }) => ok({ members: people.list('members'), staff: people.list('staff') }),
  'POST /local/people': ({ people }, { body }) => {
    const wanted = NewPerson.safeParse(body)
    if (!wanted.success) return refuse('Send {"pool": "members", "email": "ada@example.com", "name": "Ada Moreno"}.')
    const { pool, ...given } = wanted.data
    return ok(people.admit(pool, given))
  },
  'GET /local/queues': ({ queues }) => ok(queues.list()),
  'GET /local/schedules': ({ scheduler }) => ok({ items: scheduler.list() }),
  'POST /local/token': async ({ identity }, { body }) => {
    const wanted = TokenRequest.safeParse(body)
    if (!wanted.success) {
      return refuse('Send {"role": "cashier", "stores": ["central"]} or {"member": "mem_…"}; stores may be left out.')
    }
    return ok({ access_token: await identity.token(wanted.data) })
  },
}

export async function handleControl(
  parts: ControlParts,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const { status, body, page } = await answer(parts, incoming)
  const text = page ?? JSON.stringify(body)
  const headers = page === undefined ? { 'content-type': 'application/json' } : PAGE_HEADERS
  outgoing.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(text) })
  outgoing.end(text)
}

async function answer(parts: ControlParts, incoming: IncomingMessage): Promise<Reply> {
  // A page in somebody's browser may have its own name pointed at this machine; it must not fetch tokens here.
  const hosts = [`localhost:${parts.port}`, `127.0.0.1:${parts.port}`]
  if (!hosts.includes(incoming.headers.host ?? '')) return { status: 403, body: { message: 'Forbidden' } }
  const [path = '', query = ''] = (incoming.url ?? '').split('?')
  const control = CONTROLS[`${incoming.method} ${path}`]
  if (!control) {
    return { status: 404, body: { message: 'No such control', controls: Object.keys(CONTROLS) } }
  }
  const body = await readJson(incoming)
  if (body === INVALID) return refuse('The body is not JSON.')
  const wantsPage = /\btext\/html\b/.test(incoming.headers.accept ?? '')
  return control(parts, { body, query: new URLSearchParams(query), wantsPage })
}

const INVALID = Symbol('not JSON')

async function readJson(incoming: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of incoming) {
    size += chunk.length
    if (size > BODY_MAX_BYTES) return INVALID
    chunks.push(chunk)
  }
  if (size === 0) return undefined
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'))
  } catch (error) {
    if (error instanceof SyntaxError) return INVALID
    throw error
  }
}

function ok(body: unknown): Reply {
  return { status: 200, body }
}

function mailPage(mailbox: Mailbox, query: URLSearchParams): Reply {
  return { status: 200, body: undefined, page: mailbox.html(query.get('to') ?? undefined) }
}

function refuse(message: string): Reply {
  return { status: 422, body: { message } }
}
