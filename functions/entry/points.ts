/** The Lambda function of points: purchases, refunds, redemptions, reservations, adjustments, accounts and proofs. */
import { createApi } from '../platform/http.ts'
import { pointsRoutes } from '../points/routes.ts'
import { servicesFor } from './services.ts'

export const handler = createApi(servicesFor('points'), pointsRoutes)
