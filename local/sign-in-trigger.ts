/**
 * Cognito's pre token generation: calls the sign-in function of the template as the user pool does, so that what a token
 * says has one source here and in AWS.
 */
import * as z from 'zod'
import { REGION } from './aws.ts'
import type { Outcome } from './function-worker.ts'
import type { IssuerName } from './identity.ts'
import type { ClaimsAnswer, ClaimsQuestion } from './issuers-host.ts'
import type { Person } from './people.ts'

/** A pool of the template, as far as signing in goes. */
export type PoolSpec = { readonly pool: IssuerName; readonly id: string; readonly functionName: string | undefined }

const Names = z.array(z.string()).nullish()
const AccessToken = z.object({
  claimsToAddOrOverride: z.record(z.string(), z.unknown()).nullish(),
  claimsToSuppress: Names,
  scopesToAdd: Names,
  scopesToSuppress: Names,
})
const Response = z.object({
  response: z.object({
    claimsAndScopeOverrideDetails: z.object({ accessTokenGeneration: AccessToken.nullish() }).nullish(),
  }),
})

/** Claims that a pool lets nobody change. */
const RESERVED = ['acr', 'amr', 'at_hash', 'auth_time', 'azp', 'client_id', 'exp', 'iat', 'iss', 'jti', 'origin_jti']
const RESERVED_TOO = ['nbf', 'nonce', 'sub', 'token_use', 'username', 'version', 'scope', 'aud']
const OWN = new Set([...RESERVED, ...RESERVED_TOO])

export type TriggerParts = {
  readonly pools: readonly PoolSpec[]
  readonly invoke: (functionName: string, payload: string) => Promise<Outcome>
}

/** @returns what the function says, or its refusal; a pool without a function adds nothing, as in AWS */
export async function askSignIn(
  { pools, invoke }: TriggerParts,
  question: ClaimsQuestion,
  person: Person,
): Promise<ClaimsAnswer> {
  const spec = pools.find(({ pool }) => pool === question.pool)
  if (spec?.functionName === undefined) return answerOf({})
  const outcome = await invoke(spec.functionName, JSON.stringify(eventOf(spec.id, question, person)))
  if (!outcome.ok) return { isAllowed: false, message: `PreTokenGeneration failed with error ${outcome.errorMessage}` }
  const { response } = Response.parse(JSON.parse(outcome.payload))
  return answerOf(response.claimsAndScopeOverrideDetails?.accessTokenGeneration ?? {})
}

function eventOf(userPoolId: string, { clientId, scopes, source }: ClaimsQuestion, person: Person): unknown {
  return {
    version: '2',
    triggerSource: source,
    region: REGION,
    userPoolId,
    userName: person.sub,
    callerContext: { awsSdkVersion: 'aws-sdk-unknown-unknown', clientId },
    request: {
      userAttributes: {
        sub: person.sub,
        'cognito:user_status': 'CONFIRMED',
        email: person.email,
        email_verified: 'true',
        ...(person.name !== undefined && { name: person.name }),
      },
      groupConfiguration: { groupsToOverride: person.groups, iamRolesToOverride: [], preferredRole: null },
      scopes,
    },
    response: { claimsAndScopeOverrideDetails: null },
  }
}

function answerOf(details: z.infer<typeof AccessToken>): ClaimsAnswer {
  const claims = Object.entries(details.claimsToAddOrOverride ?? {}).filter(([name]) => !OWN.has(name))
  return {
    isAllowed: true,
    claims: Object.fromEntries(claims),
    withoutClaims: (details.claimsToSuppress ?? []).filter((name) => !OWN.has(name)),
    scopes: details.scopesToAdd ?? [],
    withoutScopes: details.scopesToSuppress ?? [],
  }
}
