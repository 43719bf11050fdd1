/** Every story, in the order in which they are tried on a mutant. */
import type { Story } from './stage.ts'
import { AUDIT } from './stories-audit.ts'
import { REWARD_CATALOGUE } from './stories-catalogue.ts'
import { CONTACTS_AND_WISHES } from './stories-contacts.ts'
import { IDENTITY } from './stories-identity.ts'
import { LEVELS } from './stories-levels.ts'
import { MEMBERS } from './stories-members.ts'
import { MENDING } from './stories-mending.ts'
import { ONCE } from './stories-once.ts'
import { OUTCOMES } from './stories-outcomes.ts'
import { PLANTED } from './stories-planted.ts'
import { PROGRAM } from './stories-program.ts'
import { RACES } from './stories-races.ts'
import { RESERVATIONS } from './stories-reservations.ts'
import { REWARDS } from './stories-rewards.ts'
import { SHARED } from './stories-shared.ts'
import { STAFF } from './stories-staff.ts'
import { STANDING } from './stories-standing.ts'
import { TIME } from './stories-time.ts'

export const STORIES: readonly Story[] = [
  ...ONCE,
  ...RACES,
  ...OUTCOMES,
  ...PLANTED,
  ...RESERVATIONS,
  ...TIME,
  ...MEMBERS,
  ...PROGRAM,
  ...STANDING,
  ...SHARED,
  ...AUDIT,
  ...MENDING,
  ...LEVELS,
  ...IDENTITY,
  ...CONTACTS_AND_WISHES,
  ...STAFF,
  ...REWARDS,
  ...REWARD_CATALOGUE,
]
