/**
 * The one public door. Tokens are checked here and nowhere else: a route names whose token opens it or is listed as
 * public, and a path that no route names gets the gateway's own 404.
 */
import { Duration, Validations } from 'aws-cdk-lib'
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway'
import {
  CorsHttpMethod,
  type CorsPreflightOptions,
  HttpApi,
  HttpMethod,
  HttpStage,
  type IHttpRouteAuthorizer,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2'
import { HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers'
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations'
import type { IFunction } from 'aws-cdk-lib/aws-lambda'
import { LogGroup } from 'aws-cdk-lib/aws-logs'
import { Construct } from 'constructs'
import type { FunctionName } from '../../functions/platform/env.ts'
import type { Stage } from '../stages.ts'
import { removalPolicyOf } from './ledger-tables.ts'

type Caller = 'staff' | 'member'
type ApiFunction = Extract<FunctionName, 'program' | 'members' | 'points' | 'rewards' | 'reports'>
type Route = { readonly path: string; readonly to: ApiFunction; readonly caller: Caller | 'public' }

const ROUTES: readonly Route[] = [
  { path: '/v1/program', to: 'program', caller: 'staff' },
  { path: '/v1/program/{proxy+}', to: 'program', caller: 'staff' },
  { path: '/v1/members', to: 'members', caller: 'staff' },
  { path: '/v1/members/{proxy+}', to: 'members', caller: 'staff' },
  { path: '/v1/members/{memberId}/freeze', to: 'points', caller: 'staff' },
  { path: '/v1/members/{memberId}/unfreeze', to: 'points', caller: 'staff' },
  { path: '/v1/members/{memberId}/close', to: 'points', caller: 'staff' },
  { path: '/v1/members/{memberId}/merge', to: 'points', caller: 'staff' },
  { path: '/v1/points/{proxy+}', to: 'points', caller: 'staff' },
  { path: '/v1/rewards', to: 'rewards', caller: 'staff' },
  { path: '/v1/rewards/{proxy+}', to: 'rewards', caller: 'staff' },
  { path: '/v1/reports/{proxy+}', to: 'reports', caller: 'staff' },
  { path: '/v1/me', to: 'members', caller: 'member' },
  { path: '/v1/me/{proxy+}', to: 'members', caller: 'member' },
  { path: '/v1/me/card', to: 'points', caller: 'member' },
  { path: '/v1/me/entries', to: 'points', caller: 'member' },
  { path: '/v1/me/export', to: 'points', caller: 'member' },
  { path: '/v1/me/proof', to: 'points', caller: 'member' },
  { path: '/v1/me/transfers', to: 'points', caller: 'member' },
  { path: '/v1/me/rewards', to: 'rewards', caller: 'member' },
  { path: '/v1/me/redemptions', to: 'rewards', caller: 'member' },
  { path: '/v1/me/reservations', to: 'rewards', caller: 'member' },
  { path: '/v1/me/reservations/{reservationId}', to: 'rewards', caller: 'member' },
  { path: '/v1/me/vouchers', to: 'rewards', caller: 'member' },
  { path: '/v1/program/terms', to: 'program', caller: 'public' },
  { path: '/v1/health', to: 'program', caller: 'public' },
  { path: '/v1/problems/{code}', to: 'program', caller: 'public' },
]

/** Any one of them opens the route; the command behind it checks the role. */
const SCOPES: Readonly<Record<Caller, readonly string[]>> = {
  staff: ['loyalty/staff', 'loyalty/pos', 'loyalty/admin'],
  member: ['loyalty/member'],
}

/** No address, no user agent and no path: an access log must not become a record of who visited what. */
const ACCESS_LOG = {
  requestId: '$context.requestId',
  time: '$context.requestTimeEpoch',
  route: '$context.routeKey',
  status: '$context.status',
  bytes: '$context.responseLength',
  ms: '$context.responseLatency',
  integrationMs: '$context.integrationLatency',
  authorizer: '$context.authorizer.error',
  error: '$context.error.responseType',
}

export type Issuer = { readonly url: string; readonly audiences: string[] }

export type RevisitHttpApiProps = {
  /** Shown in the console; API names need not be unique. */
  readonly name: string
  readonly stage: Stage
  readonly functions: Readonly<Record<ApiFunction, IFunction>>
}
export type Issuers = Readonly<Record<Caller, Issuer>>

export class RevisitHttpApi extends Construct {
  readonly api: HttpApi
  readonly #props: RevisitHttpApiProps

  constructor(scope: Construct, id: string, props: RevisitHttpApiProps) {
    super(scope, id)
    this.#props = props
    const { stage } = props
    this.api = new HttpApi(this, 'Api', {
      apiName: props.name,
      createDefaultStage: false,
      ...(stage.corsOrigins.length > 0 && { corsPreflight: corsFor(stage.corsOrigins) }),
    })
    this.#addStage(stage)
  }

  /** A named stage would put its name into every path that the functions see. */
  #addStage(stage: Stage): void {
    const accessLogs = new LogGroup(this, 'AccessLogs', {
      retention: stage.logRetentionDays,
      removalPolicy: removalPolicyOf(stage),
    })
    new HttpStage(this, 'Stage', {
      httpApi: this.api,
      stageName: '$default',
      autoDeploy: true,
      throttle: { rateLimit: stage.throttle.rate, burstLimit: stage.throttle.burst },
      accessLogSettings: {
        destination: new LogGroupLogDestination(accessLogs),
        format: AccessLogFormat.custom(JSON.stringify(ACCESS_LOG)),
      },
    })
  }

  /** Adds the routes. It comes last, because the issuers know the site, and the site the address of this API. */
  open(issuers: Issuers): void {
    const { stage, functions } = this.#props
    const authorizers: Record<Caller, IHttpRouteAuthorizer> = {
      staff: new HttpJwtAuthorizer('Staff', issuers.staff.url, { jwtAudience: issuers.staff.audiences }),
      member: new HttpJwtAuthorizer('Member', issuers.member.url, { jwtAudience: issuers.member.audiences }),
    }
    const integrations = {
      program: integrationOf('Program', functions.program),
      members: integrationOf('Members', functions.members),
      points: integrationOf('Points', functions.points),
      rewards: integrationOf('Rewards', functions.rewards),
      reports: integrationOf('Reports', functions.reports),
    }
    for (const { path, to, caller } of ROUTES) {
      const integration = integrations[to]
      if (caller === 'public') {
        const routes = this.api.addRoutes({ path, methods: [HttpMethod.GET], integration })
        for (const route of routes) acknowledgePublic(route)
        continue
      }
      this.api.addRoutes({
        path,
        methods: methodsFor(stage),
        integration,
        authorizer: authorizers[caller],
        authorizationScopes: [...SCOPES[caller]],
      })
    }
  }
}

/** One permission per function instead of one per route: only this API is named in it either way. */
function integrationOf(id: string, lambda: IFunction): HttpLambdaIntegration {
  return new HttpLambdaIntegration(id, lambda, { scopePermissionToRoute: false })
}

function acknowledgePublic(route: Construct): void {
  Validations.of(route).acknowledge({
    id: 'AwsSolutions::AwsSolutions-APIG4',
    reason:
      'Public on purpose: health tells version and commit, terms what everybody may know before joining, problems words.',
  })
}

/**
 * `ANY` lets the function answer a wrong method with 405. It would also catch the preflight of a browser and ask it
 * for a token, so with foreign origins the methods are listed and the gateway answers OPTIONS itself.
 */
function methodsFor(stage: Stage): HttpMethod[] {
  if (stage.corsOrigins.length === 0) return [HttpMethod.ANY]
  return [HttpMethod.GET, HttpMethod.POST, HttpMethod.PUT, HttpMethod.PATCH, HttpMethod.DELETE]
}

function corsFor(origins: readonly string[]): CorsPreflightOptions {
  return {
    allowOrigins: [...origins],
    allowMethods: [
      CorsHttpMethod.GET,
      CorsHttpMethod.POST,
      CorsHttpMethod.PUT,
      CorsHttpMethod.PATCH,
      CorsHttpMethod.DELETE,
    ],
    allowHeaders: ['authorization', 'content-type', 'accept-language', 'idempotency-key', 'if-match'],
    exposeHeaders: ['etag', 'idempotency-replayed', 'awarded-by', 'ratelimit', 'retry-after'],
    allowCredentials: false,
    maxAge: Duration.seconds(600),
  }
}
