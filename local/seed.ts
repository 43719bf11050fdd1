/** Gives a fresh run its program, stores and staff, through the public API like any business: what it refuses stops the start. */
import { join } from 'node:path'
import * as z from 'zod'
import { type JsonCall, requestJson } from './json-request.ts'
import { DEFAULT_PEOPLE } from './people-default.ts'
import { Remedy } from './remedy.ts'
import { shortPath } from './short-path.ts'
import { STARTER_PROGRAM, STARTER_STORES } from './starter-program.ts'
import { readState, writeState } from './state.ts'

const Seeded = z.object({ seeded: z.literal(true) })

/** Answers of a thing that is already there: the last start was killed in the middle of this. */
const ALREADY_THERE = [409, 412, 428]

export type SeedOptions = {
  readonly port: number
  readonly dataDir: string
  readonly adminToken: () => Promise<string>
}

/** Once per data folder; it may be repeated from the start. @throws Remedy when the API refuses the starter program. */
export async function seed({ port, dataDir, adminToken }: SeedOptions): Promise<void> {
  const marker = join(dataDir, 'seeded.json')
  if (readState(marker, Seeded)) return
  const authorization = `Bearer ${await adminToken()}`
  for (const { method, path, body, key } of starterThings()) {
    const headers = { authorization, ...(key !== undefined && { 'idempotency-key': key }) }
    const answer = await requestJson({ port, method, path, body, headers })
    const isThere = (answer.status >= 200 && answer.status < 300) || ALREADY_THERE.includes(answer.status)
    if (!isThere) {
      throw new Remedy(
        `The starter program could not be loaded (${method} ${path} gave ${answer.status} ${JSON.stringify(answer.body)}); ` +
          `look into ${shortPath(join(dataDir, 'functions.log'))}.`,
      )
    }
  }
  writeState(marker, { seeded: true })
}

type Thing = Pick<JsonCall, 'method' | 'path' | 'body'> & { readonly key?: string }

/** People are in the pool already, and here get the record that names their roles and stores. */
function starterThings(): Thing[] {
  return [
    { method: 'PUT', path: '/v1/program', body: STARTER_PROGRAM },
    ...Object.entries(STARTER_STORES).map(
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
