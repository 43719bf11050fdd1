/** The HTTP API of the template: its routes, whose token opens each, and which function answers. */
import * as z from 'zod'
import type { Resource } from './template.ts'

const leftOut = z.unknown().optional()

const Api = z.strictObject({
  Name: leftOut,
  Description: leftOut,
  Tags: leftOut,
  ProtocolType: z.literal('HTTP'),
  CorsConfiguration: z
    .strictObject({
      AllowOrigins: z.array(z.string()).default([]),
      AllowMethods: z.array(z.string()).default([]),
      AllowHeaders: z.array(z.string()).default([]),
      ExposeHeaders: z.array(z.string()).default([]),
      AllowCredentials: z.boolean().default(false),
      MaxAge: z.int().optional(),
    })
    .optional(),
})

const Stage = z.strictObject({
  ApiId: z.string(),
  // A named stage would put its name into every path.
  StageName: z.literal('$default'),
  AutoDeploy: z.literal(true),
  AccessLogSettings: leftOut,
  // The fuse protects an account, and one machine has none.
  DefaultRouteSettings: leftOut,
  RouteSettings: leftOut,
  Tags: leftOut,
})

const Integration = z.strictObject({
  ApiId: z.string(),
  IntegrationType: z.literal('AWS_PROXY'),
  IntegrationUri: z.string(),
  PayloadFormatVersion: z.literal('2.0'),
})

const JwtAuthorizer = z.strictObject({
  ApiId: z.string(),
  Name: z.string(),
  AuthorizerType: z.literal('JWT'),
  IdentitySource: z.tuple([z.literal('$request.header.Authorization')]),
  JwtConfiguration: z.strictObject({ Issuer: z.string(), Audience: z.array(z.string()).min(1) }),
})

const RouteProperties = z.strictObject({
  ApiId: z.string(),
  RouteKey: z.string(),
  Target: z.string().regex(/^integrations\/./),
  AuthorizationType: z.enum(['JWT', 'NONE']).default('NONE'),
  AuthorizerId: z.string().optional(),
  AuthorizationScopes: z.array(z.string()).default([]),
})

export type Cors = NonNullable<z.infer<typeof Api>['CorsConfiguration']>
export type Authorizer = {
  readonly name: string
  readonly issuer: string
  readonly audiences: readonly string[]
}
export type Route = {
  /** `GET /v1/health`, `ANY /v1/points/{proxy+}` or `$default`. */
  readonly key: string
  readonly functionName: string
  /** Undefined for a public route. */
  readonly authorizer: string | undefined
  readonly scopes: readonly string[]
}

type Read = <T, S extends z.ZodType>(
  type: string,
  shape: S,
  make: (properties: z.infer<S>, resource: Resource) => T,
) => T[]

export type ApiSource = {
  readonly read: Read
  readonly refOf: (resource: Resource) => string
  readonly functions: readonly { readonly name: string; readonly arn: string }[]
}

export function readRoutes({ read, refOf, functions }: ApiSource): {
  routes: Route[]
  authorizers: Map<string, Authorizer>
  cors: Cors | undefined
} {
  const apis = read('AWS::ApiGatewayV2::Api', Api, (properties) => properties)
  if (apis.length > 1) throw new Error('The local run serves one HTTP API, and the template has several')
  read('AWS::ApiGatewayV2::Stage', Stage, () => undefined)
  const functionOf = new Map(
    read('AWS::ApiGatewayV2::Integration', Integration, (properties, resource) => {
      const found = functions.find(({ arn }) => arn === properties.IntegrationUri)
      if (!found) throw new Error(`${resource.logicalId} calls ${properties.IntegrationUri}, which is no function`)
      return [refOf(resource), found.name] as const
    }),
  )
  const authorizers = new Map(
    read('AWS::ApiGatewayV2::Authorizer', JwtAuthorizer, ({ Name, JwtConfiguration }, resource) => [
      refOf(resource),
      { name: Name, issuer: JwtConfiguration.Issuer, audiences: JwtConfiguration.Audience },
    ]),
  )
  const routes = read('AWS::ApiGatewayV2::Route', RouteProperties, (properties, resource) => {
    const functionName = functionOf.get(properties.Target.slice('integrations/'.length))
    if (functionName === undefined) throw new Error(`${resource.logicalId} has no integration`)
    if ((properties.AuthorizationType === 'JWT') !== (properties.AuthorizerId !== undefined)) {
      throw new Error(`${resource.logicalId} must have an authorizer exactly when its type is JWT`)
    }
    return {
      key: properties.RouteKey,
      functionName,
      authorizer: properties.AuthorizerId,
      scopes: properties.AuthorizationScopes,
    }
  })
  return { routes, authorizers, cors: apis[0]?.CorsConfiguration }
}
