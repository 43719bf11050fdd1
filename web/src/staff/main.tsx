/** Starts the staff page. */
import '../ui/tokens.css'
import '../ui/base.css'
import '../ui/parts.css'
import './staff.css'
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
