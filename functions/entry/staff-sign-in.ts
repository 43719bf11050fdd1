/**
 * The Lambda function that the staff's user pool calls before it makes a token: roles, stores and name come from the record
 * of the person. Who was disabled gets no token, not even a renewed one.
 */
import middy from '@middy/core'
import type { Context as LambdaContext } from 'aws-lambda'
import { parseEnv } from '../platform/env.ts'
import { Refusal, wording } from '../platform/problem.ts'
import { staffClaims } from '../program/staff-claims.ts'
import { SignInEvent, subjectOf, withClaims } from './sign-in-event.ts'
import { workerContext } from './worker-services.ts'

const MACHINE = 'TokenGeneration_ClientCredentials'

const contextFor = workerContext(() => parseEnv('staff-sign-in', process.env))

export const handler = middy<unknown>().handler(async (raw: unknown, lambda: LambdaContext) => {
  const event = SignInEvent.parse(raw)
  // Tills and back offices act for the whole business; their scope says as what.
  if (event.triggerSource === MACHINE) return withClaims(event, { stores: '*' })
  try {
    const { roles, stores, name } = await staffClaims(contextFor(lambda.awsRequestId), {
      id: subjectOf(event),
      groups: event.request.groupConfiguration?.groupsToOverride ?? [],
      name: event.request.userAttributes?.name,
    })
    return withClaims(event, { roles, stores, ...(name !== undefined && { name }) })
  } catch (error) {
    // The pool shows the message to the person, so it is a sentence and not a code.
    throw error instanceof Refusal ? new Error(wording(error.code, 'en')) : error
  }
})
