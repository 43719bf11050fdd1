/** The Lambda function of the program: versions, stores, staff, terms, health and the pages of the problem codes. */
import { parseEnv } from '../platform/env.ts'
import { createApi } from '../platform/http.ts'
import { programRoutes } from '../program/routes.ts'
import { servicesFor } from './services.ts'
import { cognitoStaffPool } from './staff-pool.ts'

function release() {
  const { VERSION, COMMIT } = parseEnv('program', process.env)
  return { version: VERSION, commit: COMMIT }
}

const pool = cognitoStaffPool(() => parseEnv('program', process.env).STAFF_POOL_ID)

export const handler = createApi(servicesFor('program'), programRoutes(release, pool))
