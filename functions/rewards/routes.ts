/** `/v1/rewards` for staff and tills, and a member's own rewards, reservations and vouchers under `/v1/me`. */
import { Hono } from 'hono'
import { answer, bodyOf, type Http, type HttpEnv, optionalBodyOf, pathOf, queryOf } from '../platform/http.ts'
import { idPattern } from '../shared/ids.ts'
import { createReward } from './create.ts'
import { fulfilRedemption } from './fulfil.ts'
import { getReward, listRewards } from './list.ts'
import { cancelReservation, myReservation, myReservations, myRewards, myVouchers, redeemMine } from './me.ts'
import { putReward } from './put.ts'
import { redeemAtDesk } from './redeem.ts'
import { getRedemption, listRedemptions } from './redemptions.ts'
import { returnRedemption, voidVoucher } from './return.ts'
import { REDEMPTION_ID, VOUCHER_CODE } from './schema.ts'
import { consumeVoucher, getVoucher } from './vouchers.ts'

const reward = (c: Http) => ({ rewardId: pathOf(c, 'rewardId', idPattern('rwd')) })
const redemption = (c: Http) => ({ redemptionId: pathOf(c, 'redemptionId', REDEMPTION_ID) })
const reservation = (c: Http) => ({ reservationId: pathOf(c, 'reservationId', idPattern('rsv')) })
const voucher = (c: Http) => ({ code: pathOf(c, 'code', VOUCHER_CODE) })

export const rewardRoutes = new Hono<HttpEnv>()
  .get('/rewards', (c) => answer(c, listRewards, () => queryOf(c)))
  .post('/rewards', (c) => answer(c, createReward, () => bodyOf(c)))
  .get('/rewards/redemptions', (c) => answer(c, listRedemptions, () => queryOf(c)))
  .get('/rewards/redemptions/:redemptionId', (c) => answer(c, getRedemption, () => queryOf(c, redemption(c))))
  .post('/rewards/redemptions/:redemptionId/fulfilment', (c) =>
    answer(c, fulfilRedemption, () => bodyOf(c, redemption(c))),
  )
  .post('/rewards/redemptions/:redemptionId/return', (c) =>
    answer(c, returnRedemption, () => optionalBodyOf(c, redemption(c))),
  )
  .get('/rewards/vouchers/:code', (c) => answer(c, getVoucher, () => queryOf(c, voucher(c))))
  .post('/rewards/vouchers/:code/consume', (c) => answer(c, consumeVoucher, () => bodyOf(c, voucher(c))))
  .post('/rewards/vouchers/:code/void', (c) => answer(c, voidVoucher, () => optionalBodyOf(c, voucher(c))))
  .get('/rewards/:rewardId', (c) => answer(c, getReward, () => queryOf(c, reward(c))))
  .put('/rewards/:rewardId', (c) =>
    answer(c, putReward, async () => ({ ...reward(c), ...ifMatchOf(c), reward: await bodyOf(c) })),
  )
  .post('/rewards/:rewardId/redemptions', (c) => answer(c, redeemAtDesk, () => bodyOf(c, reward(c))))
  .get('/me/rewards', (c) => answer(c, myRewards, () => queryOf(c)))
  .post('/me/redemptions', (c) => answer(c, redeemMine, () => bodyOf(c)))
  .get('/me/reservations', (c) => answer(c, myReservations, () => queryOf(c)))
  .get('/me/reservations/:reservationId', (c) => answer(c, myReservation, () => queryOf(c, reservation(c))))
  .delete('/me/reservations/:reservationId', (c) =>
    answer(c, cancelReservation, async () => ({ ...queryOf(c), ...(await optionalBodyOf(c, reservation(c))) })),
  )
  .get('/me/vouchers', (c) => answer(c, myVouchers, () => queryOf(c)))

function ifMatchOf(c: Http): { ifMatch?: string } {
  const ifMatch = c.req.header('if-match')
  return ifMatch === undefined ? {} : { ifMatch }
}
