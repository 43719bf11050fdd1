import { routes } from '../../web/src/staff/routes.ts'
import { seeEveryScreen } from '../support/matrix-of-screens.ts'
import { STAFF_JOURNEYS } from '../support/screens-staff.ts'

seeEveryScreen({
  area: 'staff',
  viewport: { width: 1280, height: 800 },
  paths: routes.paths,
  journeys: STAFF_JOURNEYS,
})
