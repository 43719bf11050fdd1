import { expectTypeOf, test } from 'vitest'
import type { myConsents } from '../../functions/members/consents.ts'
import type { myCode } from '../../functions/members/my-code.ts'
import type { MemberOwn } from '../../functions/members/schema.ts'
import type { Command } from '../../functions/platform/command.ts'
import type { myCard, myEntries, myProof } from '../../functions/points/me.ts'
import type { getTerms } from '../../functions/program/terms.ts'
import type { offerView, reservationView, voucherView } from '../../functions/rewards/views.ts'
import type {
  Card,
  CardCode,
  ConsentEvent,
  Line,
  Page,
  Profile,
  Proof,
  Reservation,
  Reward,
  Terms,
  Voucher,
} from '../../web/src/wire.ts'

/** What a verb gives, which is what goes over the wire. */
type Answered<Verb> = Verb extends Command<infer _Input, infer Output> ? Awaited<Output> : never

test('what the pages read is what the verbs answer, so that a field that goes takes the build with it', () => {
  expectTypeOf<Answered<typeof myCard>>().toExtend<Card>()
  expectTypeOf<Answered<typeof myEntries>>().toExtend<Page<Line>>()
  expectTypeOf<Answered<typeof myProof>>().toExtend<Proof>()
  expectTypeOf<Answered<typeof myCode>>().toExtend<CardCode>()
  expectTypeOf<Answered<typeof myConsents>>().toExtend<Page<ConsentEvent>>()
  expectTypeOf<MemberOwn>().toExtend<Profile>()
  expectTypeOf<Answered<typeof getTerms>>().toExtend<Terms>()
  expectTypeOf<ReturnType<typeof offerView>>().toExtend<Reward>()
  expectTypeOf<ReturnType<typeof voucherView>>().toExtend<Voucher>()
  expectTypeOf<ReturnType<typeof reservationView>>().toExtend<Reservation>()
})
