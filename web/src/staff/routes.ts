/** The screens of the staff page by their addresses. */
import { routesOf } from '../router.ts'

export const routes = routesOf('/staff', {
  desk: '/',
  shift: '/shift',
  display: '/display',
  device: '/device',
  people: '/people',
})

export type ScreenName = NonNullable<ReturnType<typeof routes.match>>['name']
