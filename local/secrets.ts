/** Secrets Manager: each secret of the template gets a value once and keeps it as long as its data folder. */
import { randomInt, randomUUID } from 'node:crypto'
import { join } from 'node:path'
import * as z from 'zod'
import { AwsRefusal } from './aws.ts'
import type { SecretSpec } from './deployment.ts'
import { readState, writeState } from './state.ts'

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

const Kept = z.record(z.string(), z.object({ value: z.string(), versionId: z.string(), createdAt: z.number() }))
const GetSecretValue = z.object({ SecretId: z.string() })

export class Secrets {
  readonly #specs: readonly SecretSpec[]
  readonly #kept: z.infer<typeof Kept>

  constructor(dataDir: string, specs: readonly SecretSpec[]) {
    const file = join(dataDir, 'secrets.json')
    this.#specs = specs
    this.#kept = readState(file, Kept) ?? {}
    const missing = specs.filter(({ name }) => !this.#kept[name])
    for (const { name, length } of missing) {
      this.#kept[name] = { value: generate(length), versionId: randomUUID(), createdAt: Date.now() / 1000 }
    }
    if (missing.length > 0) writeState(file, this.#kept)
  }

  /** @throws AwsRefusal when there is no such secret. */
  get(input: unknown): unknown {
    const { SecretId } = GetSecretValue.parse(input)
    const spec = this.#specs.find(({ id, name }) => id === SecretId || name === SecretId)
    const kept = spec && this.#kept[spec.name]
    if (!kept) throw new AwsRefusal('ResourceNotFoundException', "Secrets Manager can't find the specified secret.")
    return {
      ARN: spec.id,
      Name: spec.name,
      SecretString: kept.value,
      VersionId: kept.versionId,
      VersionStages: ['AWSCURRENT'],
      CreatedDate: kept.createdAt,
    }
  }
}

function generate(length: number): string {
  return Array.from({ length }, () => ALPHABET[randomInt(ALPHABET.length)]).join('')
}
