/**
 * Compares a run with the independent computation: the balances of every member, and the proof of every account,
 * judged by the very script that is handed to auditors.
 */
import { execFile } from 'node:child_process'
import { rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Balances } from './history-balances.ts'
import { type ApiClient, createApiClient } from './import-client.ts'

const PROOF_SCRIPT = fileURLToPath(new URL('../docs/verify-proof.mjs', import.meta.url))
const PROOF_PAGES_MAX = 1_000
const PARTS = ['available', 'pending', 'reserved', 'debt'] as const

export type CheckOptions = {
  readonly url: string
  readonly expected: ReadonlyMap<string, Balances>
  /** Ids that the import was given, by member number. */
  readonly memberIds: ReadonlyMap<string, string>
  readonly concurrency: number
  readonly onDone?: (done: number) => void
}
export type CheckResult = {
  readonly balanceDifferences: readonly string[]
  readonly proofDifferences: readonly string[]
  readonly members: number
  readonly entries: number
}

/** Reads as an admin of the run. Every expected member must be there, and nobody else is looked at. */
export async function checkHistory(options: CheckOptions): Promise<CheckResult> {
  const { url, expected, memberIds, concurrency, onDone } = options
  const client = createApiClient({ url, credentials: { token: await adminToken(url) } })
  const balanceDifferences: string[] = []
  const pages: unknown[] = []
  const queue = expected.entries()
  let done = 0
  const worker = async () => {
    for (const [memberNo, balances] of queue) {
      const memberId = memberIds.get(memberNo)
      if (memberId === undefined) {
        balanceDifferences.push(`member ${memberNo}: not enrolled`)
      } else {
        const difference = await compareAccount(client, memberId, balances)
        if (difference !== undefined) balanceDifferences.push(`member ${memberNo}: ${difference}`)
        for (const page of await proofPages(client, memberId)) pages.push(page)
      }
      done += 1
      onDone?.(done)
    }
  }
  await Promise.all(Array.from({ length: concurrency }, worker))
  return { balanceDifferences, members: expected.size, ...(await judgeProofs(pages, options)) }
}

async function adminToken(url: string): Promise<string> {
  const response = await fetch(`${url}/local/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ role: 'admin' }),
  })
  const body: unknown = await response.json()
  if (typeof body !== 'object' || body === null || !('access_token' in body)) {
    throw new Error(`${url}/local/token gave no admin token (answer ${response.status})`)
  }
  return String(body.access_token)
}

async function compareAccount(client: ApiClient, memberId: string, expected: Balances): Promise<string | undefined> {
  const answer = await client.send({ method: 'GET', path: `/v1/points/accounts/${memberId}` })
  if (answer.status !== 200) return `account ${memberId} answers ${answer.status}`
  return difference(expected, answer.body.balances)
}

function difference(expected: Balances, found: unknown): string | undefined {
  const parts: Partial<Record<string, unknown>> = typeof found === 'object' && found !== null ? { ...found } : {}
  const wrong = PARTS.filter((part) => parts[part] !== expected[part])
  if (wrong.length === 0) return undefined
  return wrong.map((part) => `${part} is ${parts[part]} and should be ${expected[part]}`).join(', ')
}

async function proofPages(client: ApiClient, memberId: string): Promise<unknown[]> {
  const pages: unknown[] = []
  let cursor: unknown = ''
  while (typeof cursor === 'string') {
    if (pages.length === PROOF_PAGES_MAX) throw new Error(`the proof of ${memberId} does not end`)
    const query = cursor === '' ? '' : `?cursor=${encodeURIComponent(cursor)}`
    const answer = await client.send({ method: 'GET', path: `/v1/points/accounts/${memberId}/proof${query}` })
    if (answer.status !== 200) throw new Error(`the proof of ${memberId} answers ${answer.status}`)
    pages.push(answer.body)
    cursor = answer.body.nextCursor
  }
  return pages
}

/** The balances after the last proven entry must be the expected ones as well: the chain proves the very number shown. */
async function judgeProofs(pages: readonly unknown[], { expected, memberIds }: CheckOptions) {
  const verdicts = await runProofScript(pages)
  const proofDifferences: string[] = []
  let entries = 0
  for (const [memberNo, balances] of expected) {
    const memberId = memberIds.get(memberNo)
    if (memberId === undefined) continue
    const verdict = verdicts.get(memberId) ?? 'not judged'
    const sound = /^ok (\d+) (.+)$/.exec(verdict)
    const problem = sound === null ? verdict : difference(balances, JSON.parse(sound[2] ?? '{}'))
    entries += Number(sound?.[1] ?? 0)
    if (problem !== undefined) proofDifferences.push(`member ${memberNo}: proof ${problem}`)
  }
  return { proofDifferences, entries }
}

/** Verdicts by member id, as the script prints them: `ok <entries> <balances>` or `BROKEN <why>`. */
export async function runProofScript(pages: readonly unknown[]): Promise<Map<string, string>> {
  const file = join(tmpdir(), `revisit-proofs-${process.pid}-${performance.now()}.json`)
  try {
    await writeFile(file, JSON.stringify(pages))
    const lines = (await outputOf(file)).split('\n').filter((line) => line !== '')
    return new Map(
      lines.map((line): [string, string] => {
        const space = line.indexOf(' ')
        return [line.slice(0, space), line.slice(space + 1)]
      }),
    )
  } finally {
    await rm(file, { force: true })
  }
}

/** Status 1 with output is a verdict; without output the script itself failed. */
function outputOf(file: string): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [PROOF_SCRIPT, file], { maxBuffer: 256 * 1024 * 1024 }, (error, stdout) => {
      if (error !== null && stdout === '') reject(error)
      else resolve(stdout)
    })
  })
}
