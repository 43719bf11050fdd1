/** The HTTP surface of the program: its versions, the stores, approvals, health and the pages of the problem codes. */
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
import { listStores } from './stores.ts'
import { STORE_ID } from './value-schema.ts'
import { listVersions } from './versions.ts'

export function programRoutes(release: () => Release): Routes {
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
    .get('/program/approvals', (c) => answer(c, listApprovals, () => queryOf(c)))
    .post('/program/approvals/:approvalId/decision', (c) =>
      answer(c, decideApproval, () => bodyOf(c, { approvalId: pathOf(c, 'approvalId', idPattern('apr')) })),
    )
}

function ifMatchOf(c: Http): { ifMatch?: string } {
  const ifMatch = c.req.header('if-match')
  return ifMatch === undefined ? {} : { ifMatch }
}
