/** The screens of the member page by their addresses. */
import { routesOf } from '../router.ts'

export const routes = routesOf('', {
  card: '/',
  code: '/code',
  rewards: '/rewards',
  reward: '/rewards/:id',
  vouchers: '/vouchers',
  reservation: '/reservations/:id',
  activity: '/activity',
  invite: '/invite',
  invited: '/r/:code',
  join: '/join',
  me: '/me',
  consents: '/me/consents',
  contact: '/me/contact',
  terms: '/terms',
  stranger: '/c/:code',
})

export type ScreenName = NonNullable<ReturnType<typeof routes.match>>['name']
