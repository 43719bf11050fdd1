/** The HTTP surface of the program: versions, stores, staff, approvals, terms, health and the pages of the problem codes. */
import { Hono } from 'hono'
import { answer, bodyOf, type Http, type HttpEnv, pathOf, queryOf, type Routes } from '../platform/http.ts'
import { idPattern } from '../shared/ids.ts'
import { decideApproval } from './approval-decision.ts'
import { listApprovals } from './approval-list.ts'
import { getProgram } from './get.ts'
import { getHealth, type Release } from './health.ts'
import { getProblem, PROBLEM_CODE } from './problems.ts'
import { putProgram } from './put.ts'
import { putStore } from './put-store.ts'
import { inviteStaff } from './staff-invite.ts'
import { listStaff } from './staff-list.ts'
import { patchStaff } from './staff-patch.ts'
import { STAFF_ID, type StaffPool } from './staff-schema.ts'
import { listStores } from './stores.ts'
import { getTerms } from './terms.ts'
import { STORE_ID } from './value-schema.ts'
import { listVersions } from './versions.ts'

export function programRoutes(release: () => Release, pool: StaffPool): Routes {
  const [invite, patch] = [inviteStaff(pool), patchStaff(pool)]
  return new Hono<HttpEnv>()
    .get('/health', (c) => answer(c, getHealth, () => queryOf(c, release())))
    .get('/problems/:code', (c) => answer(c, getProblem, () => queryOf(c, { code: pathOf(c, 'code', PROBLEM_CODE) })))
    .get('/program', (c) => answer(c, getProgram, () => queryOf(c)))
    .put('/program', (c) => answer(c, putProgram, async () => ({ ...ifMatchOf(c), document: await bodyOf(c) })))
    .get('/program/versions', (c) => answer(c, listVersions, () => queryOf(c)))
    .get('/program/stores', (c) => answer(c, listStores, () => queryOf(c)))
    .put('/program/stores/:storeId', (c) =>
      answer(c, putStore, async () => ({
        storeId: pathOf(c, 'storeId', STORE_ID),
        ...ifMatchOf(c),
        store: await bodyOf(c),
      })),
    )
    .get('/program/terms', (c) => answer(c, getTerms, () => queryOf(c)))
    .get('/program/staff', (c) => answer(c, listStaff, () => queryOf(c)))
    .post('/program/staff', (c) => answer(c, invite, () => bodyOf(c)))
    .patch('/program/staff/:staffId', (c) =>
      answer(c, patch, () => bodyOf(c, { staffId: pathOf(c, 'staffId', STAFF_ID), ifMatch: '', ...ifMatchOf(c) })),
    )
    .get('/program/approvals', (c) => answer(c, listApprovals, () => queryOf(c)))
    .post('/program/approvals/:approvalId/decision', (c) =>
      answer(c, decideApproval, () => bodyOf(c, { approvalId: pathOf(c, 'approvalId', idPattern('apr')) })),
    )
}

function ifMatchOf(c: Http): { ifMatch?: string } {
  const ifMatch = c.req.header('if-match')
  return ifMatch === undefined ? {} : { ifMatch }
}
