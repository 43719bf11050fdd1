/** `/v1/reports`: what happened, for those who run the stores. */
import { Hono } from 'hono'
import { answer, type HttpEnv, queryOf } from '../platform/http.ts'
import { shift } from './shift.ts'

export const reportRoutes = new Hono<HttpEnv>().get('/reports/shift', (c) => answer(c, shift, () => queryOf(c)))
