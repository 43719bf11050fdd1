/** The HTTP surface of members: enrolment, look-up, one member, and members themselves. */
import { Hono } from 'hono'
import { answer, bodyOf, type Http, type HttpEnv, pathOf, queryOf, type Routes } from '../platform/http.ts'
import { idPattern } from '../shared/ids.ts'
import { enrol } from './enrol.ts'
import { getMember } from './get.ts'
import { lookUp } from './lookup.ts'
import { getMe, patchMe } from './me.ts'
import { patchMember } from './patch.ts'

export function memberRoutes(): Routes {
  return new Hono<HttpEnv>()
    .post('/members', (c) => answer(c, enrol, () => bodyOf(c)))
    .post('/members/lookup', (c) => answer(c, lookUp, () => bodyOf(c)))
    .get('/members/:id', (c) => answer(c, getMember, () => queryOf(c, memberOf(c))))
    .patch('/members/:id', (c) => answer(c, patchMember, () => bodyOf(c, { ...memberOf(c), ...ifMatchOf(c) })))
    .get('/me', (c) => answer(c, getMe, () => queryOf(c)))
    .patch('/me', (c) => answer(c, patchMe, () => bodyOf(c, ifMatchOf(c))))
}

function memberOf(c: Http) {
  return { memberId: pathOf(c, 'id', idPattern('mem')) }
}

/** Always named, so that a body cannot pretend to be the header. */
function ifMatchOf(c: Http) {
  return { ifMatch: c.req.header('if-match') ?? '' }
}
