/** The Lambda function of members: enrolment, look-up and profiles. */
import { memberRoutes } from '../members/routes.ts'
import { createApi } from '../platform/http.ts'
import { servicesFor } from './services.ts'

export const handler = createApi(servicesFor('members'), memberRoutes())
