/** The Lambda function of the program: versions, stores, health and the pages of the problem codes. */
import { parseEnv } from '../platform/env.ts'
import { createApi } from '../platform/http.ts'
import { programRoutes } from '../program/routes.ts'
import { servicesFor } from './services.ts'

function release() {
  const { VERSION, COMMIT } = parseEnv('program', process.env)
  return { version: VERSION, commit: COMMIT }
}

export const handler = createApi(servicesFor('program'), programRoutes(release))
