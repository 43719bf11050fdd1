/** Every guard in the source that is taken away, by a name of its own. */
import { IDENTITY_EDITS } from './edits-identity.ts'
import { LEDGER_EDITS } from './edits-ledger.ts'
import { MENDING_EDITS } from './edits-mending.ts'
import { OTHER_EDITS } from './edits-others.ts'
import { PLATFORM_EDITS } from './edits-platform.ts'
import { REWARD_EDITS } from './edits-rewards.ts'
import { SPENDING_EDITS } from './edits-spending.ts'
import type { SourceMutant } from './mutants.ts'

export const SOURCE_MUTANTS: readonly SourceMutant[] = [
  ...PLATFORM_EDITS,
  ...LEDGER_EDITS,
  ...SPENDING_EDITS,
  ...OTHER_EDITS,
  ...MENDING_EDITS,
  ...IDENTITY_EDITS,
  ...REWARD_EDITS,
].map(({ name, ...edit }) => ({ name: `${edit.file.replace('functions/', '')}: ${name}`, edit }))
