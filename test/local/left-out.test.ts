/** What the bundles leave out of the AWS clients: nothing that Lambda needs is missing, and nothing else is left of it. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build, stop } from 'esbuild'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as z from 'zod'
import { BUNDLING, ENTRIES, ROOT } from '../../local/build.ts'

const KEYS = { AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'AKIDOFTHEROLE', AWS_SECRET_ACCESS_KEY: 's' }
const CLIENT = /^node_modules\/(@aws-sdk\/client-[a-z-]+)\//
const CALLS = `
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb'
import { EventBridgeClient, ListEventBusesCommand } from '@aws-sdk/client-eventbridge'
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
const calls = [
  [DynamoDBClient, new ListTablesCommand({})],
  [EventBridgeClient, new ListEventBusesCommand({})],
  [SecretsManagerClient, new GetSecretValueCommand({ SecretId: 'x' })],
]
const seen = []
const requestHandler = {
  handle: async ({ headers }) => {
    seen.push([headers.authorization.split('/')[0], headers['x-amz-security-token']].join(' '))
    throw new Error('sent')
  },
}
for (const [Client, command] of calls) {
  const sending = new Client({ maxAttempts: 1, requestHandler }).send(command)
  await sending.catch(({ message }) => message === 'sent' || seen.push(message))
}
console.log(JSON.stringify(seen))`

let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'revisit-left-out-'))
})
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true })
  await stop()
})

/** What a module prints that is bundled and run as a function is, with nothing else in its environment. */
async function printed(contents: string, env: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const stdin = { contents, resolveDir: ROOT }
  const { outputFiles } = await build({ ...BUNDLING, stdin, outfile: join(folder, 'index.mjs') })
  const file = join(folder, 'index.mjs')
  writeFileSync(file, outputFiles[0]?.contents ?? '')
  return z.array(z.string()).parse(JSON.parse(execFileSync(process.execPath, [file], { env, encoding: 'utf8' })))
}

async function inputsOfBundles(): Promise<Readonly<Record<string, readonly string[]>>> {
  const { metafile } = await build({ ...BUNDLING, entryPoints: ENTRIES, outdir: folder, absWorkingDir: ROOT })
  return Object.fromEntries(Object.entries(metafile.outputs).map(([path, { inputs }]) => [path, Object.keys(inputs)]))
}

describe('credentials', () => {
  test('come from the environment of the function, token included, because that is where Lambda puts them', async () => {
    const seen = await printed(CALLS, { ...KEYS, AWS_SESSION_TOKEN: 'token-of-the-role' })
    expect(seen).toEqual(Array(3).fill('AWS4-HMAC-SHA256 Credential=AKIDOFTHEROLE token-of-the-role'))
  })

  test('that are absent are reported as such, so that a call never goes out unsigned', async () => {
    const seen = await printed(CALLS, { AWS_REGION: 'eu-west-1' })
    expect(seen).toEqual(Array(3).fill('Unable to find environment variable credentials.'))
  })

  test('have no other source in any bundle, or the clients which those ask are back', async () => {
    const paths = Object.values(await inputsOfBundles()).flat()
    const sources = new Set(paths.map((path) => /(nested-clients|credential-provider-\w+)/.exec(path)?.[1]))
    sources.delete(undefined)
    expect([...sources].sort()).toEqual(['credential-provider-env', 'credential-provider-node'])
  })
})

describe('event streams', () => {
  const operationsOf = (clients: readonly string[]) => `
    import { NormalizedSchema } from '@smithy/core/schema'
    ${clients.map((name, index) => `import * as client${index} from '${name}'`).join('\n')}
    const schemas = [${clients.map((_, index) => `client${index}`).join()}].flatMap((client) => Object.values(client))
    const operations = schemas.filter((schema) => Array.isArray(schema) && schema[0] === 9)
    const streams = ([, , , , input, output]) =>
      [input, output].some((shape) => NormalizedSchema.of(shape).getEventStreamMember() !== '')
    const events = () => [4, 'x', 'Events', 0, ['event'], [0]]
    const example = [9, 'x', 'Streaming', 0, () => [3, 'x', 'In', 0, ['body'], [[events, { streaming: 1 }]]], () => [3, 'x', 'Out', 0, [], []]]
    console.log(JSON.stringify([...operations, example].filter(streams).map(([, , name]) => name).concat(String(operations.length > 100))))`

  test('are in no operation of the clients that the functions use, so that nobody can ask for what is missing', async () => {
    const paths = Object.values(await inputsOfBundles()).flat()
    const clients = [...new Set(paths.flatMap((path) => CLIENT.exec(path)?.[1] ?? []))]
    expect(clients).toContain('@aws-sdk/client-dynamodb')
    expect(await printed(operationsOf(clients), {})).toEqual(['Streaming', 'true'])
  })

  test('are refused by name if ever they are asked for', async () => {
    const contents = `import('@smithy/core/event-streams').catch(({ message }) => console.log(JSON.stringify([message])))`
    expect(await printed(contents, {})).toEqual(['event streams are not part of this bundle: see local/left-out.ts'])
  })

  test('are in no bundle beyond that refusal', async () => {
    const paths = Object.values(await inputsOfBundles()).flat()
    const parts = new Set(paths.filter((path) => path.includes('/event-streams/')))
    expect([...parts]).toEqual(['node_modules/@smithy/core/dist-es/submodules/event-streams/index.js'])
  })
})
