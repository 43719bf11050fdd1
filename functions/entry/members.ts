/** The Lambda function of members: enrolment, look-up, profiles, and what members do about their own. */
import { memberRoutes } from '../members/routes.ts'
import { createApi } from '../platform/http.ts'
import { tellLedger } from '../points/tell-ledger.ts'
import { servicesFor } from './services.ts'

export const handler = createApi(servicesFor('members'), memberRoutes(tellLedger))
