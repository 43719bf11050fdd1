/** What the audit leaves behind is sealed once, and two workers never count the same part twice. */
import assert from 'node:assert/strict'
import { keys } from '../../../functions/platform/table-design.ts'
import { newSums } from '../../../functions/points/audit-pass.ts'
import { type Progress, saveAnchor, saveProgress } from '../../../functions/points/audit-store.ts'
import { expectOutcome, replyOf } from './shop.ts'
import type { Story } from './stage.ts'

const ANCHOR = { root: 'first', accounts: 1, entries: 1, findings: 0, milliseconds: 1, readUnits: 1 }
const DAY = '2026-11-23'

const progress = (n: number): Progress => ({ n, day: DAY, parts: [], sums: newSums(0) })

export const AUDIT: readonly Story[] = [
  {
    name: 'the seal of a day is never written over',
    async tell(shop) {
      const seal = (root: string) =>
        replyOf(() => saveAnchor(shop.context(), { day: DAY, part: 'ROOT' }, { ...ANCHOR, root }))
      await expectOutcome(seal('first'), '200')
      await expectOutcome(seal('second'), '200')
      assert.equal((await shop.row('Ledger', keys.anchor(DAY, 'ROOT')))?.root, 'first')
    },
  },
  {
    name: 'an audit that two workers go on with is gone on with by one',
    async tell(shop) {
      const save = (next: Progress) => replyOf(() => saveProgress(shop.context(), next))
      const begun = await expectOutcome(save(progress(0)), '200')
      const seen = begun.body as Progress
      await expectOutcome(save({ ...seen, day: '2026-11-24' }), '200')
      await expectOutcome(save({ ...seen, day: '2026-11-25' }), 'bug: LostRace')
      assert.equal((await shop.row('Ledger', keys.auditProgress()))?.day, '2026-11-24')
    },
  },
]
