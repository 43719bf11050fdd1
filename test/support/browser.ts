/**
 * A real browser for tests of the pages, and what always holds while one is open: no violation of the page's policy, no
 * error in the page or its console, no failed request that was not ordered, and no request to anywhere else.
 */
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { chromiumBinary } from './browser-binary.ts'

/** Sandboxes need rights that containers do not give; everything else is as people have it. */
const ARGS = ['--no-sandbox', '--font-render-hinting=none', '--disable-gpu', '--disable-dev-shm-usage']

export async function launchBrowser(): Promise<Browser> {
  const { path, env } = await chromiumBinary()
  return chromium.launch({ executablePath: path, args: ARGS, headless: true, env: { ...process.env, ...env } })
}

export type Visit = {
  readonly context: BrowserContext
  readonly page: Page
  /** What was seen that must not be. */
  readonly findings: readonly string[]
  /** Allows the failures that a flow orders itself: of requests whose address fits. */
  readonly expectFailures: (address: RegExp) => void
}

export type VisitOptions = BrowserContextOptions & {
  /** The only origin that may be asked. */
  readonly origin: string
  /** Off, workers are blocked, because what they fetch cannot be watched. */
  readonly withWorker?: boolean
}

/** A fresh profile: nothing is stored, nobody is signed in. */
export async function openVisit(
  browser: Browser,
  { origin, withWorker = false, ...options }: VisitOptions,
): Promise<Visit> {
  const context = await browser.newContext({
    baseURL: origin,
    reducedMotion: 'reduce',
    serviceWorkers: withWorker ? 'allow' : 'block',
    ...options,
  })
  const findings: string[] = []
  const expected: RegExp[] = []
  const isExpected = (url: string) => expected.some((address) => address.test(url))
  await reportViolations(context, findings)
  context.on('request', (request) => {
    const url = request.url()
    if (!url.startsWith(`${origin}/`) && !/^(?:data|blob):/.test(url)) findings.push(`asked ${url}`)
  })
  context.on('requestfailed', (request) => {
    const why = request.failure()?.errorText ?? ''
    // A page that goes on does not wait for what it asked before.
    if (why !== 'net::ERR_ABORTED' && !isExpected(request.url())) findings.push(`${request.url()} failed: ${why}`)
  })
  context.on('weberror', (error) => findings.push(`threw ${error.error().message}`))
  context.on('console', (message) => {
    if (message.type() === 'error' && !isExpected(message.location().url)) findings.push(`console: ${message.text()}`)
  })
  const page = await context.newPage()
  return { context, page, findings, expectFailures: (address) => void expected.push(address) }
}

async function reportViolations(context: BrowserContext, findings: string[]): Promise<void> {
  await context.exposeBinding('__violated', (_, what: string) => void findings.push(`policy: ${what}`))
  await context.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
      const told: unknown = Reflect.get(window, '__violated')
      if (typeof told === 'function') told(`${violatedDirective} ${blockedURI}`)
    })
  })
}
