/** Gives a fresh run its program, stores and staff, through the public API like any business: what it refuses stops the start. */
import { join } from 'node:path'
import * as z from 'zod'
import { DEMO_PROGRAM, DEMO_STORES } from './demo-program.ts'
import { type JsonCall, requestJson } from './json-request.ts'
import { DEFAULT_PEOPLE } from './people-default.ts'
import { Remedy } from './remedy.ts'
import { shortPath } from './short-path.ts'
import { STARTER_PROGRAM, STARTER_STORES } from './starter-program.ts'
import { readState, writeState } from './state.ts'

const Seeded = z.object({ seeded: z.literal(true), business: z.enum(['starter', 'demo']).default('starter') })

/** Answers of a thing that is already there: the last start was killed in the middle of this. */
const ALREADY_THERE = [409, 412, 428]

export type SeedOptions = {
  readonly port: number
  readonly dataDir: string
  readonly adminToken: () => Promise<string>
  /** The program and stores of the demo business. */
  readonly isDemo?: boolean
}

/**
 * Once per data folder; it may be repeated from the start. A folder that has the demo business keeps it.
 * @throws Remedy when the API refuses the program, or when the demo is wanted where another business lives.
 */
export async function seed({ port, dataDir, adminToken, isDemo = false }: SeedOptions): Promise<void> {
  const marker = join(dataDir, 'seeded.json')
  const kept = readState(marker, Seeded)
  if (kept && isDemo && kept.business !== 'demo') {
    throw new Remedy(
      `${shortPath(dataDir)} holds another business; npm start -- --demo --fresh forgets it, or set DATA_DIR to a new folder.`,
    )
  }
  if (kept) return
  const authorization = `Bearer ${await adminToken()}`
  for (const { method, path, body, key } of thingsOf(isDemo)) {
    const headers = { authorization, ...(key !== undefined && { 'idempotency-key': key }) }
    const answer = await requestJson({ port, method, path, body, headers })
    const isThere = (answer.status >= 200 && answer.status < 300) || ALREADY_THERE.includes(answer.status)
    if (!isThere) {
      throw new Remedy(
        `The program could not be loaded (${method} ${path} gave ${answer.status} ${JSON.stringify(answer.body)}); ` +
          `look into ${shortPath(join(dataDir, 'functions.log'))}.`,
      )
    }
  }
  writeState(marker, { seeded: true, business: isDemo ? 'demo' : 'starter' })
}

type Thing = Pick<JsonCall, 'method' | 'path' | 'body'> & { readonly key?: string }

/** People are in the pool already, and here get the record that names their roles and stores. */
function thingsOf(isDemo: boolean): Thing[] {
  return [
    { method: 'PUT', path: '/v1/program', body: isDemo ? DEMO_PROGRAM : STARTER_PROGRAM },
    ...Object.entries(isDemo ? DEMO_STORES : STARTER_STORES).map(
      ([id, body]): Thing => ({ method: 'PUT', path: `/v1/program/stores/${id}`, body }),
    ),
    ...DEFAULT_PEOPLE.map(
      ({ sub, name, email, roles, stores }): Thing => ({
        ...{ method: 'POST', path: '/v1/program/staff', key: `starter-${sub}` },
        body: { name, email, roles, stores },
      }),
    ),
  ]
}
