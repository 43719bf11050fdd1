/** The public door as the template describes it: which path leads where, and with whose token. */
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { stageNamed } from '../../infra/stages.ts'
import { pointsAt, type Resource, resourcesOf, synthesizeAnew, theResource } from './synthesized.ts'

const Route = z.object({
  RouteKey: z.string(),
  AuthorizationType: z.string(),
  AuthorizationScopes: z.array(z.string()).default([]),
  AuthorizerId: z.unknown().optional(),
  Target: z.object({ 'Fn::Join': z.tuple([z.string(), z.tuple([z.literal('integrations/'), z.unknown()])]) }),
})
const Integration = z.object({ IntegrationUri: z.unknown(), PayloadFormatVersion: z.string() })

const STAFF = 'Staff: loyalty/staff loyalty/pos loyalty/admin'
const MEMBER = 'Member: loyalty/member'

function describeRoute(resource: Resource): [string, string] {
  const route = Route.parse(resource.Properties)
  const integrationId = pointsAt('prod', route.Target['Fn::Join'][1][1])
  const integration = Integration.parse(theResource('prod', 'AWS::ApiGatewayV2::Integration', integrationId).Properties)
  const to = pointsAt('prod', integration.IntegrationUri).replace(/Function.*/, '')
  if (route.AuthorizationType === 'NONE') return [route.RouteKey, `${to} for anyone`]
  const authorizer = theResource('prod', 'AWS::ApiGatewayV2::Authorizer', pointsAt('prod', route.AuthorizerId))
  return [route.RouteKey, `${to} for ${authorizer.Properties.Name}: ${route.AuthorizationScopes.join(' ')}`]
}

const routes = Object.fromEntries(resourcesOf('prod', 'AWS::ApiGatewayV2::Route').map(describeRoute))

describe('routes', () => {
  it('lead to the capability that owns the path, behind the token of the caller it is for', () => {
    expect(routes).toEqual({
      'ANY /v1/program': `Program for ${STAFF}`,
      'ANY /v1/program/{proxy+}': `Program for ${STAFF}`,
      'ANY /v1/members': `Members for ${STAFF}`,
      'ANY /v1/members/{proxy+}': `Members for ${STAFF}`,
      'ANY /v1/members/{memberId}/freeze': `Points for ${STAFF}`,
      'ANY /v1/members/{memberId}/unfreeze': `Points for ${STAFF}`,
      'ANY /v1/members/{memberId}/close': `Points for ${STAFF}`,
      'ANY /v1/members/{memberId}/merge': `Points for ${STAFF}`,
      'ANY /v1/points/{proxy+}': `Points for ${STAFF}`,
      'ANY /v1/rewards': `Rewards for ${STAFF}`,
      'ANY /v1/rewards/{proxy+}': `Rewards for ${STAFF}`,
      'ANY /v1/reports/{proxy+}': `Reports for ${STAFF}`,
      'ANY /v1/me': `Members for ${MEMBER}`,
      'ANY /v1/me/{proxy+}': `Members for ${MEMBER}`,
      'ANY /v1/me/card': `Points for ${MEMBER}`,
      'ANY /v1/me/entries': `Points for ${MEMBER}`,
      'ANY /v1/me/export': `Points for ${MEMBER}`,
      'ANY /v1/me/proof': `Points for ${MEMBER}`,
      'ANY /v1/me/transfers': `Points for ${MEMBER}`,
      'ANY /v1/me/rewards': `Rewards for ${MEMBER}`,
      'ANY /v1/me/redemptions': `Rewards for ${MEMBER}`,
      'ANY /v1/me/reservations': `Rewards for ${MEMBER}`,
      'ANY /v1/me/reservations/{reservationId}': `Rewards for ${MEMBER}`,
      'ANY /v1/me/vouchers': `Rewards for ${MEMBER}`,
      'GET /v1/program/terms': 'Program for anyone',
      'GET /v1/health': 'Program for anyone',
      'GET /v1/problems/{code}': 'Program for anyone',
    })
  })

  it('ask for a token everywhere but health, terms and the pages of the problem codes, so that a new route is closed until someone opens it', () => {
    const open = Object.keys(routes).filter((key) => routes[key]?.endsWith('anyone'))
    expect(open.sort()).toEqual(['GET /v1/health', 'GET /v1/problems/{code}', 'GET /v1/program/terms'])
  })

  it('include no catch-all, so that an unknown path costs no invocation', () => {
    expect(Object.keys(routes).filter((key) => key.includes('$default') || key.endsWith(' /{proxy+}'))).toEqual([])
  })

  it('speak payload 2.0, the only form that the functions read', () => {
    for (const { Properties } of resourcesOf('prod', 'AWS::ApiGatewayV2::Integration')) {
      expect(Properties.PayloadFormatVersion).toBe('2.0')
    }
  })

  it('let this API alone invoke a function, so that no other can forge the claims of a caller', () => {
    const permissions = resourcesOf('prod', 'AWS::Lambda::Permission').filter(
      ({ Properties }) => Properties.Principal !== 'cognito-idp.amazonaws.com',
    )
    expect(permissions).toHaveLength(resourcesOf('prod', 'AWS::ApiGatewayV2::Integration').length)
    const api = theResource('prod', 'AWS::ApiGatewayV2::Api', 'Http').id
    for (const { Properties } of permissions) {
      expect(Properties.Principal).toBe('apigateway.amazonaws.com')
      expect(JSON.stringify(Properties.SourceArn)).toContain(`{"Ref":"${api}"}`)
    }
  })
})

describe('authorizers', () => {
  it.each([
    ['Staff', 'StaffPool', ['IdentityStaffStaffPage', 'IdentityStaffTill', 'IdentityStaffBackOffice']],
    ['Member', 'MembersPool', ['IdentityMembersMemberPage']],
  ])(
    '%s believes the clients of its own pool and nobody else, so that one pool cannot pass for the other',
    (caller, pool, clients) => {
      const [authorizer] = resourcesOf('prod', 'AWS::ApiGatewayV2::Authorizer').filter(
        ({ Properties }) => Properties.Name === caller,
      )
      expect(authorizer?.Properties).toMatchObject({
        AuthorizerType: 'JWT',
        IdentitySource: ['$request.header.Authorization'],
        JwtConfiguration: { Issuer: { 'Fn::GetAtt': [pool, 'ProviderURL'] } },
      })
      const { Audience } = (authorizer?.Properties.JwtConfiguration ?? {}) as { Audience?: unknown[] }
      expect(Audience?.map((client) => pointsAt('prod', client).replace(/[0-9A-F]{8}$/, ''))).toEqual(clients)
    },
  )

  it('take nothing from whoever deploys, so that no slip of the pen opens the door to a stranger', () => {
    expect(synthesizeAnew({ stage: stageNamed('dev'), unchecked: true }).app.Parameters).toEqual({})
  })
})

describe('stage', () => {
  const stage = theResource('prod', 'AWS::ApiGatewayV2::Stage', 'Http').Properties

  it('is $default and the only one, because a named stage puts its name into every path', () => {
    expect(stage.StageName).toBe('$default')
    expect(resourcesOf('prod', 'AWS::ApiGatewayV2::Stage')).toHaveLength(1)
  })

  it('throttles as a fuse, so that a loop of one caller cannot empty the account', () => {
    expect(stage.DefaultRouteSettings).toEqual({ ThrottlingRateLimit: 2_000, ThrottlingBurstLimit: 2_000 })
  })

  it('logs each request as JSON without address, agent or path, so that the log is no diary of people', () => {
    const { Format } = z.object({ Format: z.string() }).parse(stage.AccessLogSettings)
    const fields = z.record(z.string(), z.string()).parse(JSON.parse(Format))
    expect(fields).toMatchObject({ requestId: '$context.requestId', status: '$context.status' })
    expect(Format).not.toMatch(/identity|claims|userAgent|sourceIp|context\.path/)
  })
})

describe('CORS', () => {
  it('is off by default, because our pages share the origin of the API', () => {
    expect(theResource('prod', 'AWS::ApiGatewayV2::Api', 'Http').Properties).not.toHaveProperty('CorsConfiguration')
  })

  it('names exact origins where a stage has them, and leaves OPTIONS to the gateway, which asks it for no token', () => {
    const { app } = synthesizeAnew({
      stage: { ...stageNamed('dev'), corsOrigins: ['https://shop.example'] },
      unchecked: true,
    })
    const all = Object.values(app.Resources)
    const api = all.find(({ Type }) => Type === 'AWS::ApiGatewayV2::Api')
    expect(api?.Properties.CorsConfiguration).toMatchObject({
      AllowOrigins: ['https://shop.example'],
      AllowCredentials: false,
      MaxAge: 600,
    })
    const keys = all
      .filter(({ Type }) => Type === 'AWS::ApiGatewayV2::Route')
      .map(({ Properties }) => Properties.RouteKey)
    expect(keys).toContain('POST /v1/points/{proxy+}')
    expect(keys.filter((key) => /^(ANY|OPTIONS) /.test(String(key)))).toEqual([])
  })
})
