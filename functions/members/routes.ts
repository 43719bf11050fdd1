/** The HTTP surface of members: enrolment, look-up, one member, and members themselves. */
import { Hono } from 'hono'
import {
  answer,
  bodyOf,
  type Http,
  type HttpEnv,
  optionalBodyOf,
  pathOf,
  queryOf,
  type Routes,
} from '../platform/http.ts'
import { idPattern } from '../shared/ids.ts'
import { closeOwn, listCloseRequests } from './close-own.ts'
import { myConsents } from './consents.ts'
import { changeContactWith, contactTicket } from './contacts.ts'
import { enrol } from './enrol.ts'
import { getMember } from './get.ts'
import { joinWith } from './join.ts'
import { lookUp } from './lookup.ts'
import { getMe, patchMe } from './me.ts'
import { myCode } from './my-code.ts'
import { patchMember } from './patch.ts'
import type { TellLedger } from './tell-ledger.ts'

export function memberRoutes(ledger: TellLedger): Routes {
  const join = joinWith(ledger)
  const changeContact = changeContactWith(ledger)
  return new Hono<HttpEnv>()
    .post('/members', (c) => answer(c, enrol, () => bodyOf(c)))
    .post('/members/lookup', (c) => answer(c, lookUp, () => bodyOf(c)))
    .get('/members/close-requests', (c) => answer(c, listCloseRequests, () => queryOf(c)))
    .get('/members/:id', (c) => answer(c, getMember, () => queryOf(c, memberOf(c))))
    .patch('/members/:id', (c) => answer(c, patchMember, () => bodyOf(c, { ...memberOf(c), ...ifMatchOf(c) })))
    .get('/me/code', (c) => answer(c, myCode, () => queryOf(c)))
    .post('/me', (c) => answer(c, join, () => bodyOf(c)))
    .get('/me/consents', (c) => answer(c, myConsents, () => queryOf(c)))
    .post('/me/contacts/tickets', (c) => answer(c, contactTicket, () => optionalBodyOf(c, {})))
    .post('/me/contacts', (c) => answer(c, changeContact, () => bodyOf(c)))
    .post('/me/close', (c) => answer(c, closeOwn, () => bodyOf(c)))
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
