import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type * as z from 'zod'
import { closeOwn } from '../../functions/members/close-own.ts'
import { contactTicket } from '../../functions/members/contacts.ts'
import { enrol } from '../../functions/members/enrol.ts'
import { lookUp } from '../../functions/members/lookup.ts'
import { patchMe } from '../../functions/members/me.ts'
import { patchMember } from '../../functions/members/patch.ts'
import { ChangeContactInput, JoinInput } from '../../functions/members/schema.ts'
import { adjust } from '../../functions/points/adjust.ts'
import { award } from '../../functions/points/award.ts'
import { capture } from '../../functions/points/capture.ts'
import { close } from '../../functions/points/close.ts'
import { correct } from '../../functions/points/correct.ts'
import { exportOwn } from '../../functions/points/export.ts'
import { freeze, unfreeze } from '../../functions/points/freeze.ts'
import { merge } from '../../functions/points/merge.ts'
import { quote } from '../../functions/points/quote.ts'
import { quoteRedemption } from '../../functions/points/quote-redemption.ts'
import { reassign } from '../../functions/points/reassign.ts'
import { redeem } from '../../functions/points/redeem.ts'
import { refund } from '../../functions/points/refund.ts'
import { reserve } from '../../functions/points/reserve.ts'
import { transfer } from '../../functions/points/transfer.ts'
import { undo } from '../../functions/points/undo.ts'
import { voidReservation } from '../../functions/points/void.ts'
import { decideApproval } from '../../functions/program/approval-decision.ts'
import { ProgramDocument, StoreInput } from '../../functions/program/schema.ts'
import { InviteInput, PatchStaffInput } from '../../functions/program/staff-schema.ts'
import { createReward } from '../../functions/rewards/create.ts'
import { fulfilRedemption } from '../../functions/rewards/fulfil.ts'
import { cancelReservation, redeemMine } from '../../functions/rewards/me.ts'
import { redeemAtDesk } from '../../functions/rewards/redeem.ts'
import { returnRedemption, voidVoucher } from '../../functions/rewards/return.ts'
import { PutInput } from '../../functions/rewards/schema.ts'
import { consumeVoucher } from '../../functions/rewards/vouchers.ts'
import { callerOf, MATRIX, type MatrixRow, type Sent } from '../support/matrix.ts'
import { faultsOf } from './answer.ts'
import { chanceOf } from './chance.ts'
import { type Mutant, mutantOf } from './mutations.ts'
import { openShop, type Shop } from './shop.ts'
import { unsound } from './sound.ts'
import { stored, writesSent } from './stored.ts'

const SEED = Number(process.env.HOSTILE_SEED ?? 20_261_123)
const MUTANTS = 300

/** Who judges a body, and what the path adds to it. */
type Judge = { readonly schema: z.ZodType; readonly path?: Readonly<Record<string, string>> }

const MEMBER = { memberId: 'mem_01J9ZZZZZZZZZZZZZZZZZZZZZZ' }
const RESERVATION = { reservationId: 'rsv_01J9ZZZZZZZZZZZZZZZZZZZZZZ' }
const RECEIPT = { storeId: 'central', receiptNumber: '536365' }
const APPROVAL = { approvalId: 'apr_01J9ZZZZZZZZZZZZZZZZZZZZZZ' }
const HAND = { staffId: 'subject-1' }
const REWARD = { rewardId: 'rwd_01J9ZZZZZZZZZZZZZZZZZZZZZZ' }
const REDEMPTION = { redemptionId: RESERVATION.reservationId }
const CODE = { code: '0123456789AB' }
const JUDGES: Readonly<Record<string, Judge>> = {
  'PUT /program': { schema: ProgramDocument },
  'PUT /program/stores/:storeId': { schema: StoreInput },
  'POST /program/approvals/:approvalId/decision': { schema: decideApproval.input, path: APPROVAL },
  'POST /program/staff': { schema: InviteInput },
  'PATCH /program/staff/:staffId': { schema: PatchStaffInput, path: HAND },
  'POST /members': { schema: enrol.input },
  'POST /members/lookup': { schema: lookUp.input },
  'PATCH /members/:id': { schema: patchMember.input, path: MEMBER },
  'POST /members/:memberId/freeze': { schema: freeze.input, path: MEMBER },
  'POST /members/:memberId/unfreeze': { schema: unfreeze.input, path: MEMBER },
  'POST /members/:memberId/close': { schema: close.input, path: MEMBER },
  'POST /members/:memberId/merge': { schema: merge.input, path: MEMBER },
  'POST /me': { schema: JoinInput },
  'POST /me/contacts/tickets': { schema: contactTicket.input },
  'POST /me/contacts': { schema: ChangeContactInput },
  'POST /me/close': { schema: closeOwn.input },
  'POST /me/export': { schema: exportOwn.input },
  'PATCH /me': { schema: patchMe.input },
  'POST /me/transfers': { schema: transfer.input },
  'POST /points/purchases': { schema: award.input },
  'POST /points/purchases/:storeId/:receiptNumber/undo': { schema: undo.input, path: RECEIPT },
  'POST /points/purchases/:storeId/:receiptNumber/correct': { schema: correct.input, path: RECEIPT },
  'POST /points/purchases/:storeId/:receiptNumber/reassign': { schema: reassign.input, path: RECEIPT },
  'POST /points/quotes': { schema: quote.input },
  'POST /points/refunds': { schema: refund.input },
  'POST /points/redemptions': { schema: redeem.input },
  'POST /points/redemptions/quotes': { schema: quoteRedemption.input },
  'POST /points/reservations': { schema: reserve.input },
  'POST /points/reservations/:reservationId/capture': { schema: capture.input, path: RESERVATION },
  'POST /points/reservations/:reservationId/void': { schema: voidReservation.input, path: RESERVATION },
  'POST /points/adjustments': { schema: adjust.input },
  'POST /rewards': { schema: createReward.input },
  'PUT /rewards/:rewardId': { schema: PutInput },
  'POST /rewards/:rewardId/redemptions': { schema: redeemAtDesk.input, path: REWARD },
  'POST /rewards/redemptions/:redemptionId/fulfilment': { schema: fulfilRedemption.input, path: REDEMPTION },
  'POST /rewards/redemptions/:redemptionId/return': { schema: returnRedemption.input, path: REDEMPTION },
  'POST /rewards/vouchers/:code/consume': { schema: consumeVoucher.input, path: CODE },
  'POST /rewards/vouchers/:code/void': { schema: voidVoucher.input, path: CODE },
  'POST /me/redemptions': { schema: redeemMine.input },
  'DELETE /me/reservations/:reservationId': { schema: cancelReservation.input, path: RESERVATION },
}
const BODIES = MATRIX.filter(({ method }) => method !== 'GET')

let taken = 0
beforeAll(() => console.info(`mutations: seed ${SEED}; again with HOSTILE_SEED=${SEED}`))
afterAll(() => console.info(`mutations: ${BODIES.length * MUTANTS}, of them ${taken} still valid and taken`))

test('every body has its judge', () => {
  expect(Object.keys(JUDGES).sort()).toEqual(BODIES.map(({ method, path }) => `${method} ${path}`).sort())
})

describe('a spoiled body is refused in form and without trace, or still valid', () => {
  test.each(BODIES.map((row) => [`${row.method} ${row.path}`, row] as const))('%s', async (name, row) => {
    const judge = JUDGES[name]
    if (judge === undefined) throw new Error('nobody judges this body')
    await new Fuzz(await openShop(), row, judge).run()
  })
})

class Fuzz {
  readonly #shop: Shop
  readonly #row: MatrixRow
  readonly #judge: Judge

  constructor(shop: Shop, row: MatrixRow, judge: Judge) {
    this.#shop = shop
    this.#row = row
    this.#judge = judge
  }

  async run(): Promise<void> {
    const chance = chanceOf(SEED)
    let valid = await this.#row.request(this.#shop)
    const faults: unknown[] = []
    for (let index = 0; index < MUTANTS; index += 1) {
      const mutant = mutantOf(chance, valid.options.body ?? {})
      const isValid = this.#isValid(mutant)
      const { status, wrong } = await this.#send(valid, mutant, isValid)
      if (wrong.length > 0) faults.push({ index, what: mutant.what.slice(0, 200), status, wrong })
      if (status < 300) taken += 1
      if (status < 300 || isValid) valid = await this.#row.request(this.#shop)
    }
    expect(faults).toEqual([])
    expect(unsound(await stored(this.#shop.api))).toEqual([])
  }

  #isValid({ body }: Mutant): boolean {
    if (typeof body !== 'object' || body === null || Array.isArray(body)) return false
    const { schema, path = {} } = this.#judge
    const names = Object.keys(path)
    return names.every((name) => !Object.hasOwn(body, name)) && schema.safeParse({ ...body, ...path }).success
  }

  /** What is not valid may not even try to write. */
  async #send({ path, options }: Sent, { raw }: Mutant, isValid: boolean) {
    const { body: _, ...rest } = options
    const key = this.#row.isKeyed && { key: this.#shop.next() }
    const before = writesSent(this.#shop.api)
    const reply = await callerOf(this.#shop, this.#row).send(this.#row.method, path, { ...rest, ...key, raw })
    const isTaken = reply.status < 300 && !isValid
    const hasWritten = writesSent(this.#shop.api) > before && !isValid
    const more = [...(isTaken ? ['is taken'] : []), ...(hasWritten ? ['writes'] : [])]
    return { status: reply.status, wrong: [...faultsOf(reply, this.#shop), ...more] }
  }
}
