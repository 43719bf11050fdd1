/** Starts the member page. */
import '../ui/tokens.css'
import '../ui/base.css'
import '../ui/parts.css'
import './member.css'
import { startPage } from '../page.tsx'
import { isSheetOpen } from '../ui/sheet.tsx'
import { App } from './app.tsx'
import { catalogues } from './catalogues.ts'
import { isFormDirty } from './draft.ts'

startPage({
  area: {
    issuer: 'members',
    home: '/',
    scope: 'openid email loyalty/member',
    isBusy: () => isSheetOpen() || isFormDirty(),
  },
  catalogues,
  workerUrl: '/worker.js',
  app: <App />,
})
