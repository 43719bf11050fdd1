/**
 * Who may sign in, and how: members with a code by mail or a passkey, staff by invitation with a second factor, machines
 * with a secret. What a token says comes from the sign-in functions, so that the API reads claims and asks nobody.
 */
import { Aws, CfnOutput, Duration, Validations } from 'aws-cdk-lib'
import {
  AccountRecovery,
  CfnManagedLoginBranding,
  FeaturePlan,
  LambdaVersion,
  ManagedLoginVersion,
  Mfa,
  OAuthScope,
  PasskeyUserVerification,
  ResourceServerScope,
  UserPool,
  type UserPoolClient,
  UserPoolClientIdentityProvider,
  UserPoolEmail,
  UserPoolGroup,
  UserPoolOperation,
  type UserPoolProps,
  type UserPoolResourceServer,
} from 'aws-cdk-lib/aws-cognito'
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam'
import type { IFunction } from 'aws-cdk-lib/aws-lambda'
import { Construct } from 'constructs'
import type { Stage } from '../stages.ts'
import { fixLogicalId, removalPolicyOf } from './ledger-tables.ts'

const ROLES = ['cashier', 'manager', 'marketer', 'caller', 'admin', 'auditor'] as const
const RESOURCE_SERVER = 'loyalty'
/** Access tokens are checked without asking anybody, so they live shortly; the session is the refresh token. */
const ACCESS = Duration.hours(1)
const SESSION = { members: Duration.days(30), staff: Duration.hours(12) }
/** Between the first prompt and its answer: the life of a code that was sent by mail. */
const PROMPT = Duration.minutes(5)
/** A page that lost the answer of a renewal may ask once more with the old token. */
const ROTATION_GRACE = Duration.seconds(30)
const INVITATION = Duration.days(3)

export type IdentityProps = {
  readonly stage: Stage
  /** Called before a token of the pool is made. */
  readonly signIn: Readonly<Record<'members' | 'staff', IFunction>>
}

export class Identity extends Construct {
  readonly members: UserPool
  readonly staff: UserPool
  readonly #memberServer: Servers
  readonly #staffServer: Servers

  constructor(scope: Construct, id: string, { stage, signIn }: IdentityProps) {
    super(scope, id)
    this.members = new UserPool(this, 'Members', {
      ...common(stage),
      selfSignUpEnabled: true,
      signInPolicy: { allowedFirstAuthFactors: { password: true, emailOtp: true, passkey: true } },
      passkeyRelyingPartyId: loginHost(stage, 'members'),
      passkeyUserVerification: PasskeyUserVerification.PREFERRED,
      // Another address is another sign-in, which is linked by a ticket; a changed one would carry the member along.
      standardAttributes: { email: { required: true, mutable: false } },
      mfa: Mfa.OFF,
    })
    this.staff = new UserPool(this, 'Staff', {
      ...common(stage),
      selfSignUpEnabled: false,
      standardAttributes: { email: { required: true, mutable: true }, fullname: { required: false, mutable: true } },
      mfa: Mfa.REQUIRED,
      mfaSecondFactor: { otp: true, sms: false },
      userInvitation: {
        emailSubject: 'Your invitation',
        emailBody: 'You have been invited to the staff page. Sign in as {username} with the password {####}, once.',
      },
    })
    fixLogicalId(this.members, 'MembersPool')
    fixLogicalId(this.staff, 'StaffPool')
    for (const pool of ['members', 'staff'] as const) {
      this[pool].addTrigger(
        UserPoolOperation.PRE_TOKEN_GENERATION_CONFIG,
        signIn[pool],
        LambdaVersion[pool === 'staff' ? 'V3_0' : 'V2_0'],
      )
      this[pool].addDomain('Login', {
        cognitoDomain: { domainPrefix: loginPrefix(stage, pool) },
        managedLoginVersion: ManagedLoginVersion.NEWER_MANAGED_LOGIN,
      })
      acknowledge(this[pool])
    }
    Validations.of(this.members).acknowledge({
      id: 'AwsSolutions::AwsSolutions-COG2',
      reason:
        'Members sign in with a code by mail or a passkey; a second factor would stand between a guest and a stamp.',
    })
    for (const groupName of ROLES) new UserPoolGroup(this, groupName, { userPool: this.staff, groupName })
    this.#memberServer = serverOf(this.members, ['member'])
    this.#staffServer = serverOf(this.staff, ['staff', 'pos', 'admin'])
  }

  /** The clients of the two pages and of machines; made after the site, whose address is part of a page's client. */
  addClients(origin: string) {
    const memberPage = page(this.#memberServer, {
      id: 'MemberPage',
      name: 'member-page',
      scope: 'member',
      session: SESSION.members,
      urls: { callback: `${origin}/signed-in`, logout: `${origin}/` },
      isChoice: true,
    })
    const staffPage = page(this.#staffServer, {
      id: 'StaffPage',
      name: 'staff-page',
      scope: 'staff',
      session: SESSION.staff,
      urls: { callback: `${origin}/staff/signed-in`, logout: `${origin}/staff/` },
      isChoice: false,
    })
    const till = machine(this.#staffServer, { id: 'Till', name: 'till', scope: 'pos' })
    const office = machine(this.#staffServer, { id: 'BackOffice', name: 'back-office', scope: 'admin' })
    for (const [id, value] of Object.entries({
      MembersAuthority: this.members.userPoolProviderUrl,
      MemberClientId: memberPage.userPoolClientId,
      StaffAuthority: this.staff.userPoolProviderUrl,
      StaffClientId: staffPage.userPoolClientId,
      StaffPoolId: this.staff.userPoolId,
      TillClientId: till.userPoolClientId,
      BackOfficeClientId: office.userPoolClientId,
    })) {
      new CfnOutput(this, id, { value }).overrideLogicalId(id)
    }
    return {
      member: { url: this.members.userPoolProviderUrl, audiences: [memberPage.userPoolClientId] },
      staff: {
        url: this.staff.userPoolProviderUrl,
        audiences: [staffPage, till, office].map(({ userPoolClientId }) => userPoolClientId),
      },
    }
  }

  /** What inviting and ending access take, and no more: no password is ever set or read by a function. */
  grantStaffAdministration(grantee: IGrantable): void {
    Grant.addToPrincipal({
      grantee,
      actions: [
        'cognito-idp:AdminCreateUser',
        'cognito-idp:AdminGetUser',
        'cognito-idp:AdminDisableUser',
        'cognito-idp:AdminEnableUser',
        'cognito-idp:AdminUserGlobalSignOut',
      ],
      resourceArns: [this.staff.userPoolArn],
    })
  }
}

/** Hosts that a page of an area talks to while signing in: the tokens' issuer and the login's own. */
export function issuerHosts(stage: Stage, pool: 'members' | 'staff'): string[] {
  return [`https://cognito-idp.${Aws.REGION}.amazonaws.com`, `https://${loginHost(stage, pool)}`]
}

/** Prefixes are shared by all accounts of a region, so the account's number is part of them. */
function loginPrefix(stage: Stage, pool: 'members' | 'staff'): string {
  return `revisit-${stage.name}-${pool}-${Aws.ACCOUNT_ID}`
}

function loginHost(stage: Stage, pool: 'members' | 'staff'): string {
  return `${loginPrefix(stage, pool)}.auth.${Aws.REGION}.amazoncognito.com`
}

function common(stage: Stage) {
  return {
    signInAliases: { email: true },
    signInCaseSensitive: false,
    autoVerify: { email: true },
    accountRecovery: AccountRecovery.EMAIL_ONLY,
    // The smallest plan with passkeys, codes by mail and claims of one's own in access tokens.
    featurePlan: FeaturePlan.ESSENTIALS,
    passwordPolicy: {
      minLength: 12,
      requireLowercase: true,
      requireUppercase: true,
      requireDigits: true,
      requireSymbols: true,
      tempPasswordValidity: INVITATION,
    },
    ...(stage.mailFrom !== undefined && { email: UserPoolEmail.withSES({ fromEmail: stage.mailFrom }) }),
    deletionProtection: stage.keepData,
    removalPolicy: removalPolicyOf(stage),
  } satisfies UserPoolProps
}

function acknowledge(pool: UserPool): void {
  Validations.of(pool).acknowledge({
    id: 'AwsSolutions::AwsSolutions-COG8',
    reason:
      'The dearer plan adds threat protection for passwords; codes, passkeys and a second factor leave little to guess.',
  })
}

type Servers = {
  readonly pool: UserPool
  readonly server: UserPoolResourceServer
  readonly scopes: ReadonlyMap<string, ResourceServerScope>
}

function serverOf(pool: UserPool, names: readonly string[]): Servers {
  const scopes = new Map(
    names.map((scopeName) => [
      scopeName,
      new ResourceServerScope({ scopeName, scopeDescription: `Act as ${scopeName}` }),
    ]),
  )
  const server = pool.addResourceServer('Loyalty', { identifier: RESOURCE_SERVER, scopes: [...scopes.values()] })
  return { pool, server, scopes }
}

function scopeOf({ server, scopes }: Servers, name: string): OAuthScope {
  const scope = scopes.get(name)
  if (scope === undefined) throw new Error(`no scope is called ${name}`)
  return OAuthScope.resourceServer(server, scope)
}

type PageClient = {
  readonly id: string
  readonly name: string
  readonly scope: string
  readonly session: Duration
  readonly urls: { readonly callback: string; readonly logout: string }
  /** The person chooses between code and passkey; else password and second factor. */
  readonly isChoice: boolean
}

/** A page holds no secret: a code of its own, proven by PKCE, and refresh tokens that change with each use. */
function page(servers: Servers, { id, name, scope, session, urls, isChoice }: PageClient): UserPoolClient {
  const client = servers.pool.addClient(id, {
    userPoolClientName: name,
    generateSecret: false,
    authFlows: isChoice ? { user: true } : { userSrp: true },
    oAuth: {
      flows: { authorizationCodeGrant: true },
      scopes: [OAuthScope.OPENID, ...(isChoice ? [OAuthScope.EMAIL] : []), scopeOf(servers, scope)],
      callbackUrls: [urls.callback],
      logoutUrls: [urls.logout],
    },
    supportedIdentityProviders: [UserPoolClientIdentityProvider.COGNITO],
    accessTokenValidity: ACCESS,
    idTokenValidity: ACCESS,
    refreshTokenValidity: session,
    refreshTokenRotationGracePeriod: ROTATION_GRACE,
    authSessionValidity: PROMPT,
    enableTokenRevocation: true,
    preventUserExistenceErrors: true,
  })
  new CfnManagedLoginBranding(servers.pool, `${id}Login`, {
    userPoolId: servers.pool.userPoolId,
    clientId: client.userPoolClientId,
    useCognitoProvidedValues: true,
  })
  return client
}

type MachineClient = Pick<PageClient, 'id' | 'name' | 'scope'>

/** The secret is made by the pool and read from it by whoever sets up the till; no template or function knows it. */
function machine(servers: Servers, { id, name, scope }: MachineClient): UserPoolClient {
  return servers.pool.addClient(id, {
    userPoolClientName: name,
    generateSecret: true,
    authFlows: {},
    oAuth: { flows: { clientCredentials: true }, scopes: [scopeOf(servers, scope)] },
    accessTokenValidity: ACCESS,
    enableTokenRevocation: true,
    preventUserExistenceErrors: true,
  })
}
