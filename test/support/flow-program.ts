/**
 * The program of the flows in a browser: that of a fresh run, and what only another one shows, which are a limit of time for
 * undoing, one of points for a card that is only named, and the program's own word for points in every language.
 */
import * as z from 'zod'
import { STARTER_PROGRAM } from '../../local/starter-program.ts'
import { shopAt } from './shop.ts'

/** How long a cashier may take back what was awarded by mistake. */
export const UNDO_WINDOW = 'PT15M'

/** What a card alone may spend in a day. */
export const CARD_ONLY_MAX = 1_000

/** The program's word for points, as pages write it. */
export const UNITS = { en: 'points', 'zh-Hant': '積分', 'zh-Hans': '积分' } as const

const InForce = z.object({
  document: z.object({
    version: z.int(),
    staff: z.object({ undoWindow: z.string().optional() }).optional(),
    redemption: z.object({ cardOnlyMaxPoints: z.int().optional() }),
  }),
})

type Document = z.infer<typeof InForce>['document']

/** Before the first receipt a program begins at once. @throws where there are receipts under another one. */
export async function useFlowProgram(origin: string): Promise<void> {
  const { ask } = shopAt(origin)
  const read = async () => InForce.parse(await ask({ who: 'admin', method: 'GET', path: '/program' })).document
  const isMeant = ({ staff, redemption }: Document) =>
    staff?.undoWindow === UNDO_WINDOW && redemption.cardOnlyMaxPoints === CARD_ONLY_MAX
  const before = await read()
  if (isMeant(before)) return
  const points = { ...STARTER_PROGRAM.points, name: UNITS }
  const redemption = { ...STARTER_PROGRAM.redemption, cardOnlyMaxPoints: CARD_ONLY_MAX }
  const body = { ...STARTER_PROGRAM, points, redemption, staff: { undoWindow: UNDO_WINDOW } }
  await ask({ who: 'admin', method: 'PUT', path: '/program', body, ifMatch: `"${before.version}"` })
  if (isMeant(await read())) return
  throw new Error('the run at E2E_URL has receipts under another program: start it with -- --fresh')
}
