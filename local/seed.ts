/** Gives a fresh run its program and stores, through the public API like any business: what it refuses stops the start. */
import { join } from 'node:path'
import * as z from 'zod'
import { requestJson } from './json-request.ts'
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
  const headers = { authorization: `Bearer ${await adminToken()}` }
  const things: [string, unknown][] = [
    ['/v1/program', STARTER_PROGRAM],
    ...Object.entries(STARTER_STORES).map(([id, store]): [string, unknown] => [`/v1/program/stores/${id}`, store]),
  ]
  for (const [path, body] of things) {
    const answer = await requestJson({ port, method: 'PUT', path, body, headers })
    const isThere = (answer.status >= 200 && answer.status < 300) || ALREADY_THERE.includes(answer.status)
    if (!isThere) {
      throw new Remedy(
        `The starter program could not be loaded (PUT ${path} gave ${answer.status} ${JSON.stringify(answer.body)}); ` +
          `look into ${shortPath(join(dataDir, 'functions.log'))}.`,
      )
    }
  }
  writeState(marker, { seeded: true })
}
