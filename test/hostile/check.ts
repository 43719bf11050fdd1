/** Sends a row of the catalogue and checks what must hold after each: the answer expected, its form, and the tables. */
import { expect } from 'vitest'
import type { Reply } from '../support/api.ts'
import { callerOf, type MatrixRow, type Sent } from '../support/matrix.ts'
import { faultsOf } from './answer.ts'
import type { Expected, SpoiledRow } from './catalogue.ts'
import type { Shop } from './shop.ts'
import { changes, type Stored, stored } from './stored.ts'

/** Keeps one valid request per route, and what is stored, for as long as nothing is accepted. */
export class Checker {
  readonly shop: Shop
  readonly #requests = new Map<MatrixRow, Sent>()
  #before: Stored | undefined

  constructor(shop: Shop) {
    this.shop = shop
  }

  async check({ spoil, expect: expected, pointer }: SpoiledRow, row: MatrixRow): Promise<void> {
    const valid = this.#requests.get(row) ?? (await row.request(this.shop))
    this.#before = this.#requests.has(row) ? this.#before : undefined
    this.#requests.set(row, valid)
    const { path, options } = spoil(valid, row)
    const before = this.#before ?? (await stored(this.shop.api))
    const reply = await callerOf(this.shop, row).send(row.method, path, options)
    const after = await stored(this.shop.api)
    this.#before = after
    // A recorded refusal has used the key up too.
    if (reply.status < 400 || reply.status === 409) this.#requests.clear()
    expectAnswer(reply, expected, pointer)
    expect(faultsOf(reply, this.shop)).toEqual([])
    expect(changes(before, after)).toEqual([])
  }
}

export function expectAnswer({ status, body }: Reply, [wanted, code]: Expected, pointer?: string): void {
  const named = body?.errors?.find((error: { pointer: string }) => error.pointer === pointer)
  const given = body?.code === 'validation_failed' && named ? named.code : body?.code
  expect([status, code === undefined ? undefined : given]).toEqual([wanted, code])
}
