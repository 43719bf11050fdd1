/** The Lambda function of reports: what happened at the stores, read from lines that follow the ledger. */
import { createApi } from '../platform/http.ts'
import { reportRoutes } from '../reports/routes.ts'
import { servicesFor } from './services.ts'

export const handler = createApi(servicesFor('reports'), reportRoutes)
