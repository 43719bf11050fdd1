import { routes } from '../../web/src/member/routes.ts'
import { seeEveryScreen } from '../support/matrix-of-screens.ts'
import { MEMBER_JOURNEYS } from '../support/screens-member.ts'

seeEveryScreen({
  area: 'member',
  viewport: { width: 390, height: 844 },
  paths: routes.paths,
  journeys: MEMBER_JOURNEYS,
})
