/**
 * Which room of the house a file is, and what each room may import: the table of the architecture, as data. A room that is
 * not in the table may import nothing, so that a new kind of file is first given a place.
 */
import { importsOf, type Source } from './source.ts'

export const CAPABILITIES = ['program', 'members', 'points', 'rewards', 'reports'] as const
export type Capability = (typeof CAPABILITIES)[number]

export const CAPABILITY_ROOMS = ['schema', 'events', 'noun', 'verb', 'store', 'routes'] as const
export type CapabilityRoom = (typeof CAPABILITY_ROOMS)[number]
export type Room = CapabilityRoom | 'entry' | 'platform' | 'shared' | 'infra' | 'outside' | 'unknown'

export type Place = { readonly room: Room; readonly capability?: Capability }

/** A verb is told from a noun by the door or the context that it takes; everything else in a capability is pure. */
export function placeOf(source: Source): Place {
  const [top, folder = '', file = ''] = source.path.split('/')
  if (top === 'infra') return { room: 'infra' }
  if (top !== 'functions') return { room: 'outside' }
  if (folder === 'entry' || folder === 'platform' || folder === 'shared') return { room: folder }
  const capability = CAPABILITIES.find((name) => name === folder)
  if (capability === undefined || source.path.split('/').length > 3) return { room: 'unknown' }
  return { room: roomIn(source, file), capability }
}

function roomIn(source: Source, file: string): CapabilityRoom {
  const takes = (door: string) => importsOf(source).some(({ path }) => path === `functions/platform/${door}.ts`)
  if (/^(.*-)?schema\.ts$/.test(file)) return 'schema'
  // A command is a verb whatever it is about: `put-store.ts` opens a shop.
  if (/^(.*-)?store\.ts$/.test(file) && !takes('command')) return 'store'
  if (file === 'events.ts') return 'events'
  if (file === 'routes.ts') return 'routes'
  return takes('command') || takes('context') ? 'verb' : 'noun'
}

export type Allowance = {
  /** Packages and Node's own modules, without their sub-paths. */
  readonly packages: readonly string[] | 'any'
  /** Files of `platform/`, without ending; with names where only some of what they export. */
  readonly platform: Readonly<Record<string, 'all' | readonly string[]>> | 'any'
  readonly shared: boolean
  /** Rooms of the same capability, and of those below it. */
  readonly own: readonly CapabilityRoom[]
  readonly below: readonly CapabilityRoom[]
  readonly why: string
  readonly instead: string
}

/** Values that do no I/O: how the product says no, and what is known of a caller. */
const PURE_PLATFORM = { problem: 'all', auth: 'all' } as const

const VERB_PLATFORM = {
  ...PURE_PLATFORM,
  command: 'all',
  context: 'all',
  cursor: 'all',
  etag: 'all',
  once: 'all',
  transact: 'all',
  validation: 'all',
  answer: 'all',
  rate: 'all',
  log: ['causeOf'],
} as const

export const ALLOWED: Readonly<Record<Exclude<Room, 'entry' | 'infra' | 'outside' | 'unknown'>, Allowance>> = {
  schema: {
    packages: ['zod'],
    platform: { problem: 'all', validation: 'all', once: ['StoredRefusal'], 'table-design': 'all' },
    shared: true,
    own: ['schema', 'noun'],
    below: ['schema'],
    why: 'Schemas are read by pages, tests and documents, which must not load a database with them.',
    instead: 'Keep shapes and pure rules in it; what reads or writes goes into store.ts or a verb.',
  },
  events: {
    packages: ['zod'],
    platform: {},
    shared: true,
    own: ['schema', 'noun'],
    below: [],
    why: 'What is announced follows from what was written, so it can be made from a row alone.',
    instead: 'Turn a stored row into the event; whoever needs more asks the API.',
  },
  noun: {
    packages: ['libphonenumber-js'],
    platform: PURE_PLATFORM,
    shared: true,
    own: ['schema', 'noun'],
    below: ['schema', 'noun'],
    why: 'Rules are pure functions over plain data, so that a thousand cases cost a millisecond and a quote equals its award.',
    instead: 'Let a verb load what the rule needs and hand it in.',
  },
  verb: {
    packages: ['zod'],
    platform: VERB_PLATFORM,
    shared: true,
    own: ['schema', 'events', 'noun', 'verb', 'store'],
    below: ['schema', 'events', 'verb', 'noun'],
    why: 'A verb loads, decides and commits; keys and conditions live in its own store, HTTP lives at the edge.',
    instead:
      'Ask the own store for data, and other capabilities through their verbs; answer with a value or an Answer.',
  },
  store: {
    packages: ['zod', '@aws-sdk/lib-dynamodb'],
    platform: {
      table: 'all',
      'table-design': 'all',
      transact: 'all',
      context: ['Context'],
      problem: 'all',
      once: 'all',
    },
    shared: true,
    own: ['schema', 'noun', 'store'],
    below: ['schema'],
    why: 'Every key, condition and query of a capability stands in one place and decides nothing.',
    instead: 'Return rows as the own schema names them, and let the verb decide.',
  },
  routes: {
    packages: ['hono'],
    platform: { http: 'all' },
    shared: true,
    own: ['schema', 'verb'],
    below: ['schema'],
    why: 'A route is a line or two: it names a verb and what it reads. Whatever else stands there is not reachable by a test of the verb.',
    instead: 'Move it into the verb.',
  },
  platform: {
    packages: 'any',
    platform: 'any',
    shared: true,
    own: [],
    below: [],
    why: 'The platform carries every capability and therefore knows none.',
    instead: 'Pass what is needed in as a value or a function.',
  },
  shared: {
    packages: ['temporal-polyfill', 'node:crypto'],
    platform: {},
    shared: true,
    own: [],
    below: [],
    why: 'Shared values are the ground floor: no I/O, no clock, nobody above them.',
    instead: 'Move what needs more into the capability that needs it.',
  },
}
