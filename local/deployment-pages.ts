/**
 * What the template says of people and pages: the user pools with their sign-in function, and the headers that the
 * distribution puts on each area.
 */
import * as z from 'zod'
import type { ApiSource } from './deployment-api.ts'
import type { IssuerName } from './identity.ts'
import type { PoolSpec } from './sign-in-trigger.ts'
import type { Resource } from './template.ts'

const UserPool = z.object({
  LambdaConfig: z
    .strictObject({
      PreTokenGeneration: z.string().optional(),
      PreTokenGenerationConfig: z
        .strictObject({ LambdaArn: z.string(), LambdaVersion: z.enum(['V2_0', 'V3_0']) })
        .optional(),
    })
    .optional(),
})
const PoolClient = z.object({ UserPoolId: z.string(), ClientName: z.string() })

/** Which pool is whose, by the page that signs in there. */
const PAGE_OF: Readonly<Record<string, IssuerName>> = { 'member-page': 'members', 'staff-page': 'staff' }

export type PageSource = Pick<ApiSource, 'read' | 'refOf' | 'functions'>

/** @throws when a pool calls what is no function of the template */
export function readPools({ read, refOf, functions }: PageSource): PoolSpec[] {
  const pageOf = new Map(
    read('AWS::Cognito::UserPoolClient', PoolClient, ({ UserPoolId, ClientName }): [string, IssuerName] | undefined => {
      const pool = PAGE_OF[ClientName]
      return pool && [UserPoolId, pool]
    }).filter((found) => found !== undefined),
  )
  return read('AWS::Cognito::UserPool', UserPool, ({ LambdaConfig }, resource) => {
    const id = refOf(resource)
    const pool = pageOf.get(id)
    if (!pool) throw new Error(`${resource.logicalId} has no client called ${Object.keys(PAGE_OF).join(' or ')}`)
    const functionArn = LambdaConfig?.PreTokenGenerationConfig?.LambdaArn ?? LambdaConfig?.PreTokenGeneration
    const target = functions.find(({ arn }) => arn === functionArn)
    if (functionArn !== undefined && !target) {
      throw new Error(`${resource.logicalId} calls ${functionArn}, which is no function`)
    }
    return { pool, id, functionName: target?.name }
  })
}

const text = z.string()
const isSet = z.boolean()
const SecurityHeaders = z
  .strictObject({
    ContentSecurityPolicy: z.strictObject({ ContentSecurityPolicy: text, Override: isSet }),
    ContentTypeOptions: z.strictObject({ Override: isSet }),
    FrameOptions: z.strictObject({ FrameOption: text, Override: isSet }),
    ReferrerPolicy: z.strictObject({ ReferrerPolicy: text, Override: isSet }),
    StrictTransportSecurity: z.strictObject({
      AccessControlMaxAgeSec: z.int(),
      IncludeSubdomains: isSet.optional(),
      Preload: isSet.optional(),
      Override: isSet,
    }),
  })
  .partial()
const HeadersPolicy = z.strictObject({
  ResponseHeadersPolicyConfig: z.strictObject({
    Name: text,
    Comment: z.unknown().optional(),
    SecurityHeadersConfig: SecurityHeaders.default({}),
    CustomHeadersConfig: z
      .strictObject({ Items: z.array(z.strictObject({ Header: text, Value: text, Override: isSet })) })
      .optional(),
  }),
})

const Behavior = z.object({
  PathPattern: z.string().optional(),
  TargetOriginId: z.string(),
  ResponseHeadersPolicyId: z.string().optional(),
})
const Distribution = z.object({
  DistributionConfig: z.object({
    DefaultCacheBehavior: Behavior,
    CacheBehaviors: z.array(Behavior).default([]),
  }),
})

/** Headers of the paths that a pattern of the distribution matches; the first that matches counts. */
export type PageRule = { readonly pattern: RegExp; readonly headers: Readonly<Record<string, string>> }

/** @returns undefined when the template serves no pages */
export function readPageRules({ read, refOf }: PageSource): readonly PageRule[] | undefined {
  const policies = new Map(
    read('AWS::CloudFront::ResponseHeadersPolicy', HeadersPolicy, ({ ResponseHeadersPolicyConfig }, resource) => [
      refOf(resource),
      headersOf(ResponseHeadersPolicyConfig),
    ]),
  )
  const sites = read('AWS::CloudFront::Distribution', Distribution, ({ DistributionConfig }, resource) =>
    rulesOf(DistributionConfig, policies, resource),
  )
  if (sites.length > 1) throw new Error('The local run serves one distribution, and the template has several')
  return sites[0]
}

function rulesOf(
  { DefaultCacheBehavior, CacheBehaviors }: z.infer<typeof Distribution>['DistributionConfig'],
  policies: ReadonlyMap<string, Readonly<Record<string, string>>>,
  { logicalId }: Resource,
): PageRule[] {
  return [...CacheBehaviors, { ...DefaultCacheBehavior, PathPattern: '*' }].map((behavior) => {
    const { PathPattern = '*', ResponseHeadersPolicyId } = behavior
    const headers = ResponseHeadersPolicyId === undefined ? {} : policies.get(ResponseHeadersPolicyId)
    if (!headers)
      throw new Error(`${logicalId} names the headers ${ResponseHeadersPolicyId}, which are not in the template`)
    return { pattern: patternOf(PathPattern), headers }
  })
}

/** `*` is any run of characters and `?` any one, as CloudFront has them; a leading slash may be left out. */
function patternOf(pattern: string): RegExp {
  const source = pattern
    .replace(/^\//, '')
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*/g, '.*')
    .replace(/\?/g, '.')
  return new RegExp(`^/${source}$`)
}

function headersOf({
  SecurityHeadersConfig: security,
  CustomHeadersConfig: custom,
}: z.infer<typeof HeadersPolicy>['ResponseHeadersPolicyConfig']): Record<string, string> {
  const { ContentSecurityPolicy, FrameOptions, ReferrerPolicy, StrictTransportSecurity } = security
  const hsts = StrictTransportSecurity
  return {
    ...(ContentSecurityPolicy && { 'content-security-policy': ContentSecurityPolicy.ContentSecurityPolicy }),
    ...(security.ContentTypeOptions && { 'x-content-type-options': 'nosniff' }),
    ...(FrameOptions && { 'x-frame-options': FrameOptions.FrameOption }),
    ...(ReferrerPolicy && { 'referrer-policy': ReferrerPolicy.ReferrerPolicy }),
    ...(hsts && {
      'strict-transport-security': [
        `max-age=${hsts.AccessControlMaxAgeSec}`,
        ...(hsts.IncludeSubdomains ? ['includeSubDomains'] : []),
        ...(hsts.Preload ? ['preload'] : []),
      ].join('; '),
    }),
    ...Object.fromEntries((custom?.Items ?? []).map(({ Header, Value }) => [Header.toLowerCase(), Value])),
  }
}
