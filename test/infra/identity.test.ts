/** Who may sign in and how, as the template says it: pools, their clients, and what a page or a machine may ask for. */
import { describe, expect, it } from 'vitest'
import { permissionsOf } from './permissions.ts'
import { pointsAt, resourcesOf, theResource } from './synthesized.ts'

const poolOf = (id: string, stage: 'dev' | 'staging' | 'prod' = 'prod') =>
  theResource(stage, 'AWS::Cognito::UserPool', id)
const MEMBERS = poolOf('MembersPool').Properties
const STAFF = poolOf('StaffPool').Properties

function clientOf(name: string) {
  const [client, ...others] = resourcesOf('prod', 'AWS::Cognito::UserPoolClient').filter(
    ({ Properties }) => Properties.ClientName === name,
  )
  if (client === undefined || others.length > 0) throw new Error(`not exactly one client ${name}`)
  return client.Properties
}

describe('the members’ pool', () => {
  it('lets people in with a code by mail or a passkey, and lets them begin by themselves', () => {
    expect(MEMBERS).toMatchObject({
      UsernameAttributes: ['email'],
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: false },
      Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'EMAIL_OTP', 'WEB_AUTHN'] } },
      UserPoolTier: 'ESSENTIALS',
      UsernameConfiguration: { CaseSensitive: false },
    })
  })

  it('lets nobody change a proven address, so that a member cannot be carried to another by it', () => {
    expect(MEMBERS.Schema).toEqual([{ Mutable: false, Name: 'email', Required: true }])
    expect(MEMBERS.AutoVerifiedAttributes).toEqual(['email'])
  })

  it('binds passkeys to the host of its own login, because they are good nowhere else', () => {
    expect(JSON.stringify(MEMBERS.WebAuthnRelyingPartyID)).toContain('.amazoncognito.com')
  })
})

describe('the staff’s pool', () => {
  it('asks everybody for a second factor that is no text message', () => {
    expect([STAFF.MfaConfiguration, STAFF.EnabledMfas]).toEqual(['ON', ['SOFTWARE_TOKEN_MFA']])
  })

  it('takes people in by invitation only, which is good for three days', () => {
    expect(STAFF.AdminCreateUserConfig).toMatchObject({ AllowAdminCreateUserOnly: true })
    expect(STAFF.Policies).toMatchObject({
      PasswordPolicy: { MinimumLength: 12, RequireSymbols: true, TemporaryPasswordValidityDays: 3 },
    })
  })

  it('has a group for each role, which is how the first admin comes in', () => {
    const groups = resourcesOf('prod', 'AWS::Cognito::UserPoolGroup').map(({ Properties }) => Properties.GroupName)
    expect(groups.sort()).toEqual(['admin', 'auditor', 'caller', 'cashier', 'manager', 'marketer'])
  })
})

describe('both pools', () => {
  it.each([
    ['MembersPool', 'SignIn', 'V2_0'],
    ['StaffPool', 'StaffSignIn', 'V3_0'],
  ])('%s asks %s what a token says, in the version that reaches its callers', (id, lambda, LambdaVersion) => {
    const { LambdaConfig } = poolOf(id).Properties as { LambdaConfig: { PreTokenGenerationConfig: unknown } }
    const { LambdaArn, ...rest } = LambdaConfig.PreTokenGenerationConfig as Record<string, unknown>
    expect(rest).toEqual({ LambdaVersion })
    expect(pointsAt('prod', LambdaArn)).toMatch(new RegExp(`^${lambda}Function`))
  })

  it('are alone in calling their function, so that nobody else can ask it whose account this is', () => {
    for (const [lambda, pool] of [
      ['SignInFunction', 'MembersPool'],
      ['StaffSignInFunction', 'StaffPool'],
    ] as const) {
      const permissions = resourcesOf('prod', 'AWS::Lambda::Permission').filter(({ Properties }) =>
        pointsAt('prod', Properties.FunctionName).startsWith(lambda),
      )
      expect(
        permissions.map(({ Properties }) => [Properties.Principal, pointsAt('prod', Properties.SourceArn)]),
      ).toEqual([['cognito-idp.amazonaws.com', `${pool}.Arn`]])
    }
  })

  it.each(['MembersPool', 'StaffPool'])(
    '%s is kept and protected where people are real, and goes with a trial',
    (id) => {
      for (const stage of ['staging', 'prod'] as const) {
        const pool = poolOf(id, stage)
        expect(pool.Properties.DeletionProtection).toBe('ACTIVE')
        expect([pool.DeletionPolicy, pool.UpdateReplacePolicy]).toEqual(['Retain', 'Retain'])
      }
      expect(poolOf(id, 'dev').DeletionPolicy).toBe('Delete')
    },
  )
})

describe('clients', () => {
  it.each([
    ['member-page', ['openid', 'email', 'IdentityMembersLoyalty/member'], 43_200],
    ['staff-page', ['openid', 'IdentityStaffLoyalty/staff'], 720],
  ])('%s holds no secret, exchanges codes only, and asks for its own scope', (name, scopes, sessionMinutes) => {
    const client = clientOf(name)
    expect(client).toMatchObject({
      GenerateSecret: false,
      AllowedOAuthFlows: ['code'],
      AccessTokenValidity: 60,
      RefreshTokenValidity: sessionMinutes,
      RefreshTokenRotation: { Feature: 'ENABLED' },
      AuthSessionValidity: 5,
      EnableTokenRevocation: true,
      PreventUserExistenceErrors: 'ENABLED',
    })
    const asked = (client.AllowedOAuthScopes as unknown[]).map((scope) => pointsAt('prod', scope))
    expect(asked.map((scope) => scope.replace(/[0-9A-F]{8}\//, '/'))).toEqual(scopes)
    expect(client.CallbackURLs).toHaveLength(1)
    expect(client.LogoutURLs).toHaveLength(1)
  })

  it.each([
    ['till', 'pos'],
    ['back-office', 'admin'],
  ])('%s is a machine with a secret that the pool made, and has the scope %s alone', (name, scope) => {
    const client = clientOf(name)
    expect(client).toMatchObject({ GenerateSecret: true, AllowedOAuthFlows: ['client_credentials'] })
    expect((client.AllowedOAuthScopes as unknown[]).map((asked) => pointsAt('prod', asked).split('/')[1])).toEqual([
      scope,
    ])
  })

  it('never get a scope with which a person could change their own attributes', () => {
    const all = JSON.stringify(resourcesOf('prod', 'AWS::Cognito::UserPoolClient'))
    expect(all).not.toMatch(/aws\.cognito\.signin\.user\.admin|implicit|ADMIN_USER_PASSWORD/)
  })
})

describe('administration', () => {
  it('is for program alone and for the staff’s pool alone, and sets no password', () => {
    const actions = permissionsOf('prod', 'program').filter(({ action }) => action.startsWith('cognito-idp:'))
    expect(actions.map(({ action, resource }) => `${action} ${resource}`).sort()).toEqual([
      'cognito-idp:AdminCreateUser StaffPool.Arn',
      'cognito-idp:AdminDisableUser StaffPool.Arn',
      'cognito-idp:AdminEnableUser StaffPool.Arn',
      'cognito-idp:AdminGetUser StaffPool.Arn',
      'cognito-idp:AdminUserGlobalSignOut StaffPool.Arn',
    ])
    for (const name of ['members', 'points', 'sign-in', 'staff-sign-in', 'reports'] as const) {
      expect(permissionsOf('prod', name).filter(({ action }) => action.startsWith('cognito-idp:'))).toEqual([])
    }
  })
})
