/** What both user pools send before they make a token, and what they may be answered. */
import * as z from 'zod'

/** The parts of Cognito's pre token generation event, version 2 and 3, that are used. */
export const SignInEvent = z.looseObject({
  triggerSource: z.string(),
  userName: z.string().optional(),
  request: z.looseObject({
    userAttributes: z.record(z.string(), z.string()).nullish(),
    groupConfiguration: z.looseObject({ groupsToOverride: z.array(z.string()).nullish() }).nullish(),
  }),
})
export type SignInEvent = z.infer<typeof SignInEvent>

type Claim = string | readonly string[]

/** Claims go into the access token, the only one that the API looks at. */
export function withClaims(event: SignInEvent, claims: Readonly<Record<string, Claim>>): SignInEvent {
  return {
    ...event,
    response: {
      claimsAndScopeOverrideDetails: { accessTokenGeneration: { claimsToAddOrOverride: claims } },
    },
  }
}

/** @throws when the pool names nobody, which no sign-in of a person does */
export function subjectOf({ request }: SignInEvent): string {
  const subject = request.userAttributes?.sub
  if (!subject) throw new Error('a sign-in without a subject')
  return subject
}
