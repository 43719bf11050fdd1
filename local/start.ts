/**
 * `npm start`: the deployed product on one machine. Everything it serves comes from the synthesized template and the
 * built bundles; everything it remembers lies in the data folder.
 */
import { rmSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { prepareAssembly } from './assembly.ts'
import { ROOT, WEB_DIST } from './build.ts'
import { Clock } from './clock.ts'
import { handleControl } from './controls.ts'
import { openDataFolder } from './data-folder.ts'
import { type DemoOptions, type DemoRole, demoGuide, loadDemo } from './demo.ts'
import { type Deployment, readDeployment } from './deployment.ts'
import { type Engine, findEngine, foreignEngine, startEngine } from './engine.ts'
import { indexStream } from './engine-index.ts'
import { AUDIENCES, Identity } from './identity.ts'
import { Issuers } from './issuers.ts'
import type { IssuersHost } from './issuers-host.ts'
import { close, listen } from './listen.ts'
import { engineFile, type FolderLock, lockFolder } from './lock.ts'
import { Mailbox } from './mailbox.ts'
import { createPages, type PageHandler } from './pages.ts'
import { People } from './people.ts'
import { issuersHost } from './people-host.ts'
import { DEFAULT_PORT, portFrom } from './port.ts'
import { endWith, Remedy } from './remedy.ts'
import { seed } from './seed.ts'
import { startStack } from './stack.ts'
import { printWelcome } from './welcome.ts'

export type LocalOptions = {
  /** 0 lets the system choose. */
  readonly port?: number
  readonly dataDir?: string
  /** Begin anew: forget everything in the data folder. */
  readonly fresh?: boolean
  /** With a business that has a history. */
  readonly demo?: boolean
  readonly quiet?: boolean
  /** Called when the engine ends by itself; by default the process ends with a sentence. */
  readonly onEngineExit?: () => void
}
export type LocalRun = { readonly url: string; readonly stop: () => Promise<void> }

const HEADERS_READ_MAX_BYTES = 64 * 1024
const KEEP_ALIVE_MS = 65_000

type Handler = (incoming: IncomingMessage, outgoing: ServerResponse) => Promise<void>

/** @throws Remedy with one sentence when something outside the program has to be put right first. */
export async function startLocal(options: LocalOptions = {}): Promise<LocalRun> {
  const closers: (() => unknown)[] = []
  const stop = async () => {
    for (const closer of closers.splice(0).reverse()) await closer()
  }
  try {
    return { url: await start(options, closers), stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function start(options: LocalOptions, closers: (() => unknown)[]): Promise<string> {
  const dataDir = resolve(options.dataDir ?? '.local')
  let handler: Handler = async (_, outgoing) => unavailable(outgoing)
  const server = createServer(
    { maxHeaderSize: HEADERS_READ_MAX_BYTES, keepAliveTimeout: KEEP_ALIVE_MS },
    (incoming, outgoing) => {
      handler(incoming, outgoing).catch((error: unknown) => fail(error, outgoing))
    },
  )
  // Before anything else: a port that is taken is known at once, and belongs to this run from here on.
  const port = await listen(server, options.port ?? DEFAULT_PORT)
  closers.push(() => close(server))
  const url = `http://localhost:${port}`
  openDataFolder(dataDir)
  const lock = await lockFolder(dataDir, port)
  closers.push(lock.release)
  if (options.fresh) forgetEverything(dataDir)

  const clock = new Clock(dataDir)
  const settled = await Promise.allSettled([
    startOwnEngine({ dataDir, lock, closers, onExit: options.onEngineExit ?? engineGone }),
    prepareAssembly(),
    Identity.open({ dataDir, origin: url, now: () => clock.now() }),
  ])
  const [engine, assembly, identity] = settled.map(unwrap) as [Engine, string, Identity]
  const deployment = readDeployment(assembly, {
    apiEndpoint: url,
    issuerOf: (clientId) => Object.values(identity.clients()).find((client) => client.clientId === clientId)?.authority,
    parameters: {
      StaffIssuer: identity.issuer('staff'),
      StaffAudience: AUDIENCES.staff,
      MemberIssuer: identity.issuer('members'),
      MemberAudience: AUDIENCES.members,
    },
  })
  const at = { dataDir, now: () => clock.now() }
  const cognito = { ...at, pools: deployment.pools, people: new People(at), mailbox: new Mailbox(at) }
  const stack = await startStack({ deployment, dataDir, engineEndpoint: engine.endpoint, identity, clock, cognito })
  closers.push(stack.stop)
  const host = issuersHost({ ...cognito, functions: stack.functions })
  const onOutput = (text: string) => stack.log.write(text)
  const issuers = new Issuers({ identity, clock, dataDir, onOutput, host })
  closers.push(() => issuers.stop())
  const parts = { port, clock, identity, ...cognito, ...stack }
  const pages = await preparePages(deployment.pageRules, identity)
  handler = async (incoming, outgoing) => {
    if (incoming.url?.startsWith('/local/')) return handleControl(parts, incoming, outgoing)
    if (incoming.url?.startsWith('/oidc/')) return issuers.handle(incoming, outgoing)
    if (await pages?.(incoming, outgoing)) return
    return stack.handle(incoming, outgoing)
  }
  // Schedules begin when there is a program for them to act on.
  await loadBusiness(options, { port, ...at, host, identity })
  stack.scheduler.start()
  if (!options.quiet) printWelcome({ url, port, dataDir, engine: engine.endpoint })
  // Whoever comes first should not have to wait for a bundle to load.
  for (const { functionName } of deployment.routes) stack.functions.get(functionName)?.warm().catch(console.error)
  return url
}

type Business = DemoOptions & { readonly host: IssuersHost; readonly identity: Identity }

async function loadBusiness(
  { demo: isDemo = false, quiet }: LocalOptions,
  { host, identity, ...at }: Omit<Business, 'token' | 'signIn'>,
): Promise<void> {
  const token = (role: DemoRole) => identity.token({ role, stores: '*' })
  await seed({ ...at, adminToken: () => token('admin'), isDemo })
  if (!isDemo) return
  await loadDemo({ ...at, token, signIn: (sub) => signInOnce(host, sub) })
  if (!quiet) console.log(`\n${demoGuide()}`)
}

/** A sign-in as far as the rest of the product hears of it. */
async function signInOnce(host: IssuersHost, sub: string): Promise<void> {
  const scopes = ['openid', 'email', 'loyalty/member']
  const answer = await host.claims({
    ...{ pool: 'members', sub, clientId: AUDIENCES.members, scopes, source: 'TokenGeneration_HostedAuth' },
  })
  if (!answer.isAllowed) throw new Remedy(`Somebody of the demo could not sign in: ${answer.message}`)
}

async function startOwnEngine(options: {
  readonly dataDir: string
  readonly lock: FolderLock
  readonly closers: (() => unknown)[]
  readonly onExit: () => void
}): Promise<Engine> {
  const { dataDir, lock, closers, onExit } = options
  const source = findEngine(ROOT, process.env)
  if ('endpoint' in source) return foreignEngine(source.endpoint)
  const logPath = join(dataDir, 'engine.log')
  const engine = await startEngine(source.binary, {
    dbPath: engineFile(dataDir),
    logPath,
    onSpawn: lock.noteEngine,
    onExit,
  })
  closers.push(engine.stop)
  indexStream(engineFile(dataDir))
  return engine
}

/** Builds the pages where the template serves any. */
async function preparePages(rules: Deployment['pageRules'], identity: Identity): Promise<PageHandler | undefined> {
  if (!rules) return undefined
  // Loaded only here: the build brings much along.
  const { buildWeb } = await import('../web/build.ts')
  await buildWeb()
  return createPages({ folder: WEB_DIST, rules, config: { issuers: identity.clients() } })
}

function unwrap(result: PromiseSettledResult<unknown>): unknown {
  if (result.status === 'rejected') throw result.reason
  return result.value
}

function engineGone(): void {
  endWith(new Remedy('The DynamoDB engine ended by itself; start again, nothing that was acknowledged is lost.'))
}

/** Only what a run writes: the folder may have been chosen carelessly. */
const OWN_FILES = [
  ...['', '-wal', '-shm'].map((end) => `engine.db${end}`),
  ...['clock', 'demo', 'identity', 'mailbox', 'people', 'queues', 'secrets', 'seeded', 'streams'].map(
    (name) => `${name}.json`,
  ),
  ...['issuer-members.jsonl', 'issuer-staff.jsonl', 'engine.log', 'events.jsonl', 'functions.log', 'functions.log.1'],
]

function forgetEverything(dataDir: string): void {
  for (const name of OWN_FILES) rmSync(join(dataDir, name), { force: true })
}

function unavailable(outgoing: ServerResponse): void {
  outgoing.writeHead(503, { 'content-type': 'application/json', 'retry-after': '1' })
  outgoing.end('{"message":"Service Unavailable"}')
}

function fail(error: unknown, outgoing: ServerResponse): void {
  // Whoever hung up in the middle of a request does not wait for an answer.
  if (outgoing.destroyed || outgoing.socket?.destroyed !== false) return
  console.error(error)
  if (outgoing.headersSent) outgoing.destroy()
  else outgoing.writeHead(500, { 'content-type': 'application/json' }).end('{"message":"Internal Server Error"}')
}

const FLAG = { type: 'boolean', default: false } as const

/** A signal to the group arrives twice, once through npm; only a later one means that somebody will not wait. */
const IMPATIENT_MS = 1_000

async function main(): Promise<void> {
  const starting = startLocal({ port: portFrom(process.env), dataDir: process.env.DATA_DIR, ...wanted() })
  let stoppingSince: number | undefined
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (stoppingSince !== undefined && performance.now() - stoppingSince > IMPATIENT_MS) process.exit(130)
      if (stoppingSince !== undefined) return
      stoppingSince = performance.now()
      starting.then((run) => run.stop()).then(() => process.exit(0), endWith)
    })
  }
  await starting
}

function wanted(): { readonly fresh: boolean; readonly demo: boolean } {
  try {
    return parseArgs({ options: { fresh: FLAG, demo: FLAG } }).values
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    throw new Remedy(
      `${error.message.split('. ')[0]}; npm start takes -- --fresh and --demo, and PORT and DATA_DIR from the environment.`,
    )
  }
}

// Functions run in UTC, and what they share with this process is its time zone.
if (import.meta.main) {
  process.env.TZ = 'UTC'
  main().catch(endWith)
}
