/** Starts the staff page. */
import '../ui/tokens.css'
import '../ui/base.css'
import '../ui/parts.css'
import './staff.css'
import './desk/find.css'
import './desk/form.css'
import './desk/member.css'
import './desk/rail.css'
import './desk/banner.css'
import './desk/panels.css'
import './screens/screens.css'
import './screens/display.css'
import { startPage } from '../page.tsx'
import { isSheetOpen } from '../ui/sheet.tsx'
import { App } from './app.tsx'
import { isDeskBusy } from './busy.ts'
import { catalogues } from './catalogues.ts'

startPage({
  area: {
    issuer: 'staff',
    home: '/staff/',
    scope: 'openid loyalty/staff',
    isBusy: () => isSheetOpen() || isDeskBusy(),
  },
  catalogues,
  workerUrl: '/staff/worker.js',
  app: <App />,
})
