/** `/v1/points` for staff and machines, and a member's own card, statement and proof under `/v1/me`. */
import { Hono } from 'hono'
import { answer, bodyOf, type Http, type HttpEnv, optionalBodyOf, pathOf, queryOf } from '../platform/http.ts'
import { idPattern } from '../shared/ids.ts'
import { adjust } from './adjust.ts'
import { award } from './award.ts'
import { capture } from './capture.ts'
import { close } from './close.ts'
import { correct } from './correct.ts'
import { exportOwn } from './export.ts'
import { freeze, unfreeze } from './freeze.ts'
import { getAccount } from './get-account.ts'
import { listEntries } from './list-entries.ts'
import { myCard, myEntries, myProof } from './me.ts'
import { merge } from './merge.ts'
import { getProof } from './proof.ts'
import { quote } from './quote.ts'
import { quoteRedemption } from './quote-redemption.ts'
import { reassign } from './reassign.ts'
import { redeem } from './redeem.ts'
import { refund } from './refund.ts'
import { reserve } from './reserve.ts'
import { transfer } from './transfer.ts'
import { undo } from './undo.ts'
import { voidReservation } from './void.ts'

const member = (c: Http) => ({ memberId: pathOf(c, 'memberId', idPattern('mem')) })
const receipt = (c: Http) => ({
  storeId: pathOf(c, 'storeId', /^[a-z0-9][a-z0-9-]{0,31}$/),
  receiptNumber: pathOf(c, 'receiptNumber', /^[A-Za-z0-9._:-]{1,64}$/),
})
const reservation = (c: Http) => ({ reservationId: pathOf(c, 'reservationId', idPattern('rsv')) })

export const pointsRoutes = new Hono<HttpEnv>()
  .post('/points/purchases', (c) => answer(c, award, () => bodyOf(c)))
  .post('/points/purchases/:storeId/:receiptNumber/undo', (c) => answer(c, undo, () => optionalBodyOf(c, receipt(c))))
  .post('/points/purchases/:storeId/:receiptNumber/correct', (c) => answer(c, correct, () => bodyOf(c, receipt(c))))
  .post('/points/purchases/:storeId/:receiptNumber/reassign', (c) => answer(c, reassign, () => bodyOf(c, receipt(c))))
  .post('/points/quotes', (c) => answer(c, quote, () => bodyOf(c)))
  .post('/points/refunds', (c) => answer(c, refund, () => bodyOf(c)))
  .post('/points/redemptions', (c) => answer(c, redeem, () => bodyOf(c)))
  .post('/points/redemptions/quotes', (c) => answer(c, quoteRedemption, () => bodyOf(c)))
  .post('/points/reservations', (c) => answer(c, reserve, () => bodyOf(c)))
  .post('/points/reservations/:reservationId/capture', (c) =>
    answer(c, capture, () => optionalBodyOf(c, reservation(c))),
  )
  .post('/points/reservations/:reservationId/void', (c) =>
    answer(c, voidReservation, () => optionalBodyOf(c, reservation(c))),
  )
  .post('/points/adjustments', (c) => answer(c, adjust, () => bodyOf(c)))
  .get('/points/accounts/:memberId', (c) => answer(c, getAccount, () => queryOf(c, member(c))))
  .get('/points/accounts/:memberId/entries', (c) => answer(c, listEntries, () => queryOf(c, member(c))))
  .get('/points/accounts/:memberId/proof', (c) => answer(c, getProof, () => queryOf(c, member(c))))
  .post('/members/:memberId/freeze', (c) => answer(c, freeze, () => bodyOf(c, member(c))))
  .post('/members/:memberId/unfreeze', (c) => answer(c, unfreeze, () => bodyOf(c, member(c))))
  .post('/members/:memberId/close', (c) => answer(c, close, () => bodyOf(c, member(c))))
  .post('/members/:memberId/merge', (c) => answer(c, merge, () => bodyOf(c, member(c))))
  .post('/me/transfers', (c) => answer(c, transfer, () => bodyOf(c)))
  .get('/me/card', (c) => answer(c, myCard, () => queryOf(c)))
  .post('/me/export', (c) => answer(c, exportOwn, () => optionalBodyOf(c, {})))
  .get('/me/entries', (c) => answer(c, myEntries, () => queryOf(c)))
  .get('/me/proof', (c) => answer(c, myProof, () => queryOf(c)))
