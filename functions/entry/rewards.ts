/** The Lambda function of rewards: the catalogue, redemptions, vouchers, and a member's own of each. */
import { createApi } from '../platform/http.ts'
import { rewardRoutes } from '../rewards/routes.ts'
import { servicesFor } from './services.ts'

export const handler = createApi(servicesFor('rewards'), rewardRoutes)
