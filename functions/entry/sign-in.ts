/**
 * The Lambda function that the members' user pool calls before it makes a token: it says which member the person is, and
 * tells the ledger once that a contact was proven. Whoever is no member yet gets a token without a member's id.
 */
import middy from '@middy/core'
import type { Context as LambdaContext } from 'aws-lambda'
import { recognise } from '../members/recognise.ts'
import { SYSTEM } from '../platform/auth.ts'
import { contextOf } from '../platform/context.ts'
import { verifyMember } from '../points/verify-member.ts'
import { servicesFor } from './services.ts'
import { SignInEvent, subjectOf, withClaims } from './sign-in-event.ts'

const services = servicesFor('sign-in')

export const handler = middy<unknown>().handler(async (raw: unknown, lambda: LambdaContext) => {
  const event = SignInEvent.parse(raw)
  const ctx = contextOf(services(), {
    actor: SYSTEM,
    now: Date.now(),
    requestId: lambda.awsRequestId,
    language: 'en',
  })
  const email = provenEmail(event)
  const { memberId, verified } = await recognise(ctx, {
    subject: subjectOf(event),
    ...(email !== undefined && { email }),
  })
  if (memberId !== undefined && verified) await verifyMember(ctx, { memberId })
  return withClaims(event, {
    ...(email !== undefined && { email }),
    ...(memberId !== undefined && { member_id: memberId }),
  })
})

function provenEmail({ request }: SignInEvent): string | undefined {
  const { email, email_verified } = request.userAttributes ?? {}
  return email !== undefined && email_verified === 'true' ? email.toLowerCase() : undefined
}
