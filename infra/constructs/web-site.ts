/**
 * The pages and the API under one address: a private bucket and the HTTP API behind one distribution, so that no page needs
 * a second origin. The table of headers is the only one; the local run serves the same, read from the template.
 */
import { Aws, CfnOutput, Duration, Stack, Validations } from 'aws-cdk-lib'
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2'
import {
  AllowedMethods,
  type BehaviorOptions,
  CachePolicy,
  Distribution,
  Function as EdgeFunction,
  FunctionCode,
  FunctionEventType,
  FunctionRuntime,
  HeadersReferrerPolicy,
  HttpVersion,
  type IOrigin,
  OriginRequestPolicy,
  PriceClass,
  ResponseHeadersPolicy,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront'
import { HttpOrigin, S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins'
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3'
import { Construct } from 'constructs'
import type { Stage } from '../stages.ts'
import { issuerHosts } from './identity.ts'
import { fixLogicalId, removalPolicyOf } from './ledger-tables.ts'

const HSTS = Duration.days(730)
const IMMUTABLE = 'public, max-age=31536000, immutable'

type Area = {
  /** Sources beside `'self'`, by directive. */
  readonly more: Readonly<Partial<Record<'script-src' | 'img-src', readonly string[]>>>
  readonly permissions: string
  readonly issuer: 'members' | 'staff'
}

/** What each area may load, reach and use; everything that is not named is forbidden. */
export const AREAS = {
  member: { more: {}, permissions: 'screen-wake-lock=(self)', issuer: 'members' },
  /** The desk reads codes with the camera, in a decoder of WebAssembly. */
  staff: {
    more: { 'script-src': ["'wasm-unsafe-eval'"], 'img-src': ['blob:'] },
    permissions: 'camera=(self)',
    issuer: 'staff',
  },
} as const satisfies Record<string, Area>

const REFUSED = [
  'accelerometer',
  'autoplay',
  'display-capture',
  'geolocation',
  'gyroscope',
  'magnetometer',
  'microphone',
]
const REFUSED_TOO = ['midi', 'payment', 'publickey-credentials-get', 'usb', 'xr-spatial-tracking']

/** @param hosts that a page of the area talks to while signing in */
export function contentSecurityPolicy({ more }: Area, hosts: readonly string[]): string {
  const directives = {
    'default-src': ["'none'"],
    'script-src': ["'self'", ...(more['script-src'] ?? [])],
    'style-src': ["'self'"],
    'img-src': ["'self'", ...(more['img-src'] ?? [])],
    'font-src': ["'self'"],
    'connect-src': ["'self'", ...hosts],
    'manifest-src': ["'self'"],
    'worker-src': ["'self'"],
    'base-uri': ["'none'"],
    'form-action': ["'none'"],
    'frame-ancestors': ["'none'"],
  }
  return Object.entries(directives)
    .map(([name, sources]) => `${name} ${sources.join(' ')}`)
    .join('; ')
}

/** Addresses without a file are those of the page itself. Error pages would do the same to a 404 of the API. */
const PAGES_ONLY = `function handler(event) {
  var request = event.request
  var last = request.uri.substring(request.uri.lastIndexOf('/') + 1)
  if (request.uri === '/staff') {
    return { statusCode: 308, statusDescription: 'Permanent Redirect', headers: { location: { value: '/staff/' } } }
  }
  if (last.indexOf('.') < 0) request.uri = request.uri.indexOf('/staff/') === 0 ? '/staff/index.html' : '/index.html'
  return request
}
`

export type WebSiteProps = { readonly stage: Stage; readonly api: HttpApi }

export class WebSite extends Construct {
  /** `https://…`, without a slash at its end. */
  readonly origin: string

  constructor(scope: Construct, id: string, { stage, api }: WebSiteProps) {
    super(scope, id)
    const bucket = this.#bucket(stage)
    // Names of the edge are shared by all stages and regions of an account.
    const fallback = new EdgeFunction(this, 'PagesOnly', {
      functionName: `${Stack.of(this).stackName}-${Aws.REGION}-pages`,
      runtime: FunctionRuntime.JS_2_0,
      code: FunctionCode.fromInline(PAGES_ONLY),
    })
    const files = S3BucketOrigin.withOriginAccessControl(bucket)
    const pages = (name: keyof typeof AREAS) => this.#pages(name, { stage, files, fallback })
    const assets = (name: keyof typeof AREAS) => this.#assets(name, { stage, files })
    const staff = pages('staff')
    const distribution = new Distribution(this, 'Distribution', {
      defaultBehavior: pages('member'),
      additionalBehaviors: {
        '/v1/*': apiBehavior(api),
        '/staff/assets/*': assets('staff'),
        '/staff/*': staff,
        '/staff': staff,
        '/assets/*': assets('member'),
      },
      httpVersion: HttpVersion.HTTP2_AND_3,
      priceClass: PriceClass.PRICE_CLASS_100,
      defaultRootObject: 'index.html',
    })
    acknowledge(distribution)
    // Without it the bucket answers 403 for a file that is not there. The root is a page, so nobody is shown a list.
    bucket.addToResourcePolicy(
      new PolicyStatement({
        actions: ['s3:ListBucket'],
        principals: [new ServicePrincipal('cloudfront.amazonaws.com')],
        resources: [bucket.bucketArn],
        conditions: { StringEquals: { 'AWS:SourceArn': distribution.distributionArn } },
      }),
    )
    this.origin = `https://${distribution.distributionDomainName}`
    new CfnOutput(this, 'MemberPageUrl', { value: `${this.origin}/` }).overrideLogicalId('MemberPageUrl')
    new CfnOutput(this, 'StaffPageUrl', { value: `${this.origin}/staff/` }).overrideLogicalId('StaffPageUrl')
    new CfnOutput(this, 'PagesBucket', { value: bucket.bucketName }).overrideLogicalId('PagesBucket')
  }

  /** Nothing in it is a secret, and nothing is lost with it: the pages are built from the sources. */
  #bucket(stage: Stage): Bucket {
    const bucket = new Bucket(this, 'Pages', {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      removalPolicy: removalPolicyOf(stage),
    })
    fixLogicalId(bucket, 'PagesFiles')
    Validations.of(bucket).acknowledge({
      id: 'AwsSolutions::AwsSolutions-S1',
      reason:
        'The bucket holds the published pages and is read by the distribution only; its log would be a diary of visitors.',
    })
    return bucket
  }

  /** Pages are asked for anew each time, so that a release is seen at once; the files they name are not. */
  #pages(name: keyof typeof AREAS, { stage, files, fallback }: Serving & { fallback: EdgeFunction }): BehaviorOptions {
    return {
      origin: files,
      viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
      cachePolicy: CachePolicy.CACHING_DISABLED,
      responseHeadersPolicy: this.#headers(name, { stage, kind: 'Pages', caching: 'no-cache' }),
      functionAssociations: [{ eventType: FunctionEventType.VIEWER_REQUEST, function: fallback }],
      compress: true,
    }
  }

  /** Their names change with their content. */
  #assets(name: keyof typeof AREAS, { stage, files }: Serving): BehaviorOptions {
    return {
      origin: files,
      viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
      cachePolicy: CachePolicy.CACHING_OPTIMIZED,
      responseHeadersPolicy: this.#headers(name, { stage, kind: 'Assets', caching: IMMUTABLE }),
      compress: true,
    }
  }

  #headers(
    name: keyof typeof AREAS,
    about: { readonly stage: Stage; readonly kind: string; readonly caching: string },
  ) {
    const area: Area = AREAS[name]
    const refused = [...REFUSED, ...REFUSED_TOO].map((feature) => `${feature}=()`)
    const custom = {
      'Cross-Origin-Opener-Policy': 'same-origin',
      'Permissions-Policy': [
        area.permissions,
        ...Object.values(AREAS)
          .filter(({ permissions }) => permissions !== area.permissions)
          .map(({ permissions }) => permissions.replace('(self)', '()')),
        ...refused,
      ].join(', '),
      'Cache-Control': about.caching,
    }
    return new ResponseHeadersPolicy(this, `${name === 'staff' ? 'Staff' : 'Member'}${about.kind}`, {
      securityHeadersBehavior: {
        contentSecurityPolicy: {
          contentSecurityPolicy: contentSecurityPolicy(area, issuerHosts(about.stage, area.issuer)),
          override: true,
        },
        contentTypeOptions: { override: true },
        referrerPolicy: { referrerPolicy: HeadersReferrerPolicy.SAME_ORIGIN, override: true },
        strictTransportSecurity: { accessControlMaxAge: HSTS, includeSubdomains: true, override: true },
      },
      customHeadersBehavior: {
        customHeaders: Object.entries(custom).map(([header, value]) => ({ header, value, override: true })),
      },
    })
  }
}

type Serving = { readonly stage: Stage; readonly files: IOrigin }

/** Every method and header passes, but `Host`, by which the gateway knows itself; nothing of a person is ever cached. */
function apiBehavior(api: HttpApi): BehaviorOptions {
  return {
    origin: new HttpOrigin(`${api.apiId}.execute-api.${Aws.REGION}.${Aws.URL_SUFFIX}`),
    viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
    allowedMethods: AllowedMethods.ALLOW_ALL,
    cachePolicy: CachePolicy.CACHING_DISABLED,
    originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
    compress: true,
  }
}

function acknowledge(distribution: Distribution): void {
  const reasons = {
    CFR1: 'A shop knows where its members live; the product cannot, so no country is shut out.',
    CFR2: 'The gateway throttles and every command checks its caller; a firewall is a monthly price per shop that an owner may add.',
    CFR3: 'A log of the edge would hold the address and the path of every visitor; the gateway logs requests without either.',
    CFR4: 'The default name of the distribution fixes its protocols; a domain of the shop brings its certificate and TLS 1.2.',
  }
  for (const [rule, reason] of Object.entries(reasons)) {
    Validations.of(distribution).acknowledge({ id: `AwsSolutions::AwsSolutions-${rule}`, reason })
  }
}
