/** The one address of pages and API: what is cached, what falls back to a page, and which headers each area gets. */
import { createContext, runInContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { AREAS, contentSecurityPolicy } from '../../infra/constructs/web-site.ts'
import { pointsAt, resourcesOf, theResource } from './synthesized.ts'

const Behavior = z.object({
  PathPattern: z.string().optional(),
  AllowedMethods: z.array(z.string()).optional(),
  CachePolicyId: z.string(),
  OriginRequestPolicyId: z.string().optional(),
  ResponseHeadersPolicyId: z.unknown().optional(),
  FunctionAssociations: z.array(z.unknown()).optional(),
  ViewerProtocolPolicy: z.string(),
})
const Config = z.object({
  DistributionConfig: z.object({
    DefaultCacheBehavior: Behavior,
    CacheBehaviors: z.array(Behavior),
    CustomErrorResponses: z.unknown().optional(),
  }),
})
const { DistributionConfig: site } = Config.parse(
  theResource('prod', 'AWS::CloudFront::Distribution', 'Site').Properties,
)
const behavior = (pattern: string) => site.CacheBehaviors.find(({ PathPattern }) => PathPattern === pattern)

/** The policies that AWS itself provides. */
const UNCACHED = '4135ea2d-6df8-44a3-9df3-4b5a84be39ad'
const ALL_BUT_HOST = 'b689b0a8-53d0-40ab-baf2-68738e2966ac'

describe('behaviours', () => {
  it('stand in an order in which no wide pattern hides a narrow one', () => {
    expect(site.CacheBehaviors.map(({ PathPattern }) => PathPattern)).toEqual([
      '/v1/*',
      '/staff/assets/*',
      '/staff/*',
      '/staff',
      '/assets/*',
    ])
  })

  it('hand the API every method and header but Host, and keep no answer of it', () => {
    expect(behavior('/v1/*')).toMatchObject({ CachePolicyId: UNCACHED, OriginRequestPolicyId: ALL_BUT_HOST })
    expect(behavior('/v1/*')?.AllowedMethods?.toSorted()).toEqual([
      'DELETE',
      'GET',
      'HEAD',
      'OPTIONS',
      'PATCH',
      'POST',
      'PUT',
    ])
    expect(behavior('/v1/*')).not.toHaveProperty('FunctionAssociations')
  })

  it('ask for pages anew each time, so that a release is seen at once, and keep the files they name', () => {
    expect([site.DefaultCacheBehavior.CachePolicyId, behavior('/staff/*')?.CachePolicyId]).toEqual([UNCACHED, UNCACHED])
    expect(behavior('/assets/*')?.CachePolicyId).not.toBe(UNCACHED)
  })

  it('have no error pages, because those would turn a 404 of the API into a page', () => {
    expect(site.CustomErrorResponses).toBeUndefined()
  })
})

type EdgeRequest = { uri: string }
type EdgeAnswer = { uri?: string; statusCode?: number; headers?: { location: { value: string } } }

describe('addresses without a file', () => {
  const { FunctionCode } = theResource('prod', 'AWS::CloudFront::Function', 'Site').Properties
  const context = createContext({})
  runInContext(String(FunctionCode), context)
  const asked = (uri: string) =>
    (context.handler as (event: { request: EdgeRequest }) => EdgeAnswer)({ request: { uri } })

  it.each([
    ['/', '/index.html'],
    ['/rewards/rwd_1', '/index.html'],
    ['/signed-in', '/index.html'],
    ['/staffing', '/index.html'],
    ['/staff/', '/staff/index.html'],
    ['/staff/people/mem_1', '/staff/index.html'],
    ['/app.webmanifest', '/app.webmanifest'],
    ['/staff/worker.js', '/staff/worker.js'],
    ['/config.json', '/config.json'],
  ])('%s is served from %s', (uri, file) => {
    expect(asked(uri)).toEqual({ uri: file })
  })

  it('/staff leads to the folder, so that its relative addresses hold', () => {
    expect(asked('/staff')).toMatchObject({ statusCode: 308, headers: { location: { value: '/staff/' } } })
  })
})

describe('headers', () => {
  const policies = resourcesOf('prod', 'AWS::CloudFront::ResponseHeadersPolicy').map(
    ({ id, Properties }) => [id, JSON.stringify(Properties)] as const,
  )
  const policyOf = (begins: string) => policies.find(([id]) => id.startsWith(begins))?.[1] ?? ''

  it('forbid inline and foreign code in every area, and framing, and plain HTTP', () => {
    expect(policies).toHaveLength(4)
    for (const [, policy] of policies) {
      expect(policy).toContain("default-src 'none'; script-src 'self'")
      expect(policy).toContain("frame-ancestors 'none'")
      expect(policy).toContain('"AccessControlMaxAgeSec":63072000')
      expect(policy).toContain('"ReferrerPolicy":"same-origin"')
      expect(policy).not.toMatch(/unsafe-inline|'unsafe-eval'|nonce-|\*/)
    }
  })

  it('let the desk have the camera and WebAssembly, and members neither', () => {
    expect(policyOf('SiteStaffPages')).toContain('camera=(self)')
    expect(policyOf('SiteStaffPages')).toContain("'wasm-unsafe-eval'")
    expect(policyOf('SiteMemberPages')).toContain('camera=()')
    expect(policyOf('SiteMemberPages')).not.toContain('wasm')
  })

  it('let a page talk to its own issuer and to no other', () => {
    expect(policyOf('SiteMemberPages')).toMatch(/revisit-prod-members-/)
    expect(policyOf('SiteMemberPages')).not.toMatch(/revisit-prod-staff-/)
    expect(policyOf('SiteStaffPages')).toMatch(/revisit-prod-staff-/)
  })

  it('are what the table says, word for word', () => {
    expect(contentSecurityPolicy(AREAS.staff, ['https://issuer.example'])).toBe(
      "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' blob:; font-src 'self'; " +
        "connect-src 'self' https://issuer.example; manifest-src 'self'; worker-src 'self'; base-uri 'none'; " +
        "form-action 'none'; frame-ancestors 'none'",
    )
  })

  it('keep what is named by its content for a year, and nothing else', () => {
    expect(policyOf('SiteMemberAssets')).toContain('immutable')
    expect(policyOf('SiteMemberPages')).toContain('"no-cache"')
  })
})

describe('the files', () => {
  it('are read by this distribution alone', () => {
    const bucket = theResource('prod', 'AWS::S3::Bucket', 'PagesFiles').Properties
    expect(bucket.PublicAccessBlockConfiguration).toEqual({
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    })
    const { PolicyDocument } = z
      .object({ PolicyDocument: z.object({ Statement: z.array(z.record(z.string(), z.unknown())) }) })
      .parse(theResource('prod', 'AWS::S3::BucketPolicy', 'SitePages').Properties)
    const allowed = PolicyDocument.Statement.filter(({ Effect }) => Effect === 'Allow')
    expect(allowed.length).toBeGreaterThan(0)
    for (const { Principal, Condition } of allowed) {
      expect(Principal).toEqual({ Service: 'cloudfront.amazonaws.com' })
      expect(JSON.stringify(Condition)).toContain(theResource('prod', 'AWS::CloudFront::Distribution', 'Site').id)
    }
    expect(pointsAt('prod', theResource('prod', 'AWS::S3::BucketPolicy', 'SitePages').Properties.Bucket)).toBe(
      'PagesFiles',
    )
  })
})
