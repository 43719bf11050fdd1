/** The template resolver: what it resolves, and that it refuses what it does not know instead of guessing. */
import { describe, expect, test } from 'vitest'
import { Assembly, type Stack } from '../../local/template.ts'

const SETTINGS = {
  apiEndpoint: 'http://localhost:1',
  parameters: { Issuer: 'http://localhost:1/oidc', Audiences: 'a,b' },
}

/** What CloudFormation replaces in a text. */
const slot = (name: string) => ['$', '{', name, '}'].join('')

function aStack(parts: Partial<Stack>): Stack {
  return { name: 'one', Parameters: {}, Resources: {}, Outputs: {}, ...parts }
}

function aResource(type: string, properties: Record<string, unknown> = {}) {
  return { Type: type, Properties: properties, Metadata: {} }
}

function resolved(value: unknown, more: Stack[] = []): unknown {
  const stack = aStack({
    Parameters: { Issuer: { Type: 'String' }, Audiences: { Type: 'CommaDelimitedList' }, Missing: { Type: 'String' } },
    Resources: {
      Ledger: aResource('AWS::DynamoDB::Table'),
      Bus: aResource('AWS::Events::EventBus', { Name: { 'Fn::Join': ['-', ['my', { Ref: 'AWS::Region' }]] } }),
      Api: aResource('AWS::ApiGatewayV2::Api'),
      Strange: aResource('AWS::Strange::Thing'),
      Subject: aResource('AWS::Lambda::Function', { value }),
    },
  })
  const assembly = new Assembly([stack, ...more], SETTINGS)
  const subject = assembly.resources.find(({ logicalId }) => logicalId === 'Subject')
  if (!subject) throw new Error('the subject is in the stack')
  return (assembly.propertiesOf(subject) as { value: unknown }).value
}

describe('the template resolver', () => {
  test.each([
    ['a reference to a resource', { Ref: 'Ledger' }, 'one-Ledger'],
    ['a reference to a resource with a name of its own', { Ref: 'Bus' }, 'my-eu-west-2'],
    ['a reference to a parameter', { Ref: 'Issuer' }, 'http://localhost:1/oidc'],
    ['a list parameter', { Ref: 'Audiences' }, ['a', 'b']],
    ['an attribute', { 'Fn::GetAtt': ['Ledger', 'Arn'] }, 'arn:aws:dynamodb:eu-west-2:000000000000:table/one-Ledger'],
    ['an attribute with a dot', { 'Fn::GetAtt': 'Api.ApiEndpoint' }, 'http://localhost:1'],
    ['a join of references', { 'Fn::Join': ['/', ['x', { Ref: 'Ledger' }]] }, 'x/one-Ledger'],
    [
      'a substitution',
      { 'Fn::Sub': `x-${slot('AWS::AccountId')}-${slot('Ledger')}-${slot('!Literal')}` },
      `x-000000000000-one-Ledger-${slot('Literal')}`,
    ],
    [
      'a substitution with own names',
      { 'Fn::Sub': [`${slot('a')}/${slot('Ledger.Arn')}`, { a: { Ref: 'Bus' } }] },
      'my-eu-west-2/arn:aws:dynamodb:eu-west-2:000000000000:table/one-Ledger',
    ],
    ['nested values', { a: [{ b: { Ref: 'Ledger' } }] }, { a: [{ b: 'one-Ledger' }] }],
    ['text that only looks like one', 'Ref', 'Ref'],
  ])('resolves %s', (_, value, expected) => {
    expect(resolved(value)).toEqual(expected)
  })

  test('follows an export into the other stack, so that two stacks are one deployment', () => {
    const other = aStack({
      name: 'two',
      Resources: { Members: aResource('AWS::DynamoDB::Table') },
      Outputs: { Out: { Value: { Ref: 'Members' }, Export: { Name: 'two:Members' } } },
    })
    expect(resolved({ 'Fn::ImportValue': 'two:Members' }, [other])).toBe('two-Members')
  })

  test.each([
    ['an unknown function', { 'Fn::Select': [0, ['a']] }, /Fn::Select is not supported/],
    ['a condition', { 'Fn::If': ['A', 1, 2] }, /Fn::If is not supported/],
    ['an unknown name', { Ref: 'Nobody' }, /nothing is called Nobody/],
    ['a resource of an unknown type', { Ref: 'Strange' }, /AWS::Strange::Thing \(Strange\) is not supported/],
    ['an unknown attribute', { 'Fn::GetAtt': ['Ledger', 'Colour'] }, /Ledger.Colour is not supported/],
    ['a parameter without a value', { Ref: 'Missing' }, /no value for the parameter Missing/],
    ['an unknown pseudo parameter', { Ref: 'AWS::NoValue' }, /nothing is called AWS::NoValue/],
    ['an export that nobody makes', { 'Fn::ImportValue': 'nobody' }, /No stack exports nobody/],
    ['a dynamic reference', '{{resolve:ssm:x}}', /dynamic references are not supported/],
  ])('refuses %s, so that a template it does not understand is noticed', (_, value, message) => {
    expect(() => resolved(value)).toThrow(message)
  })
})

describe('a user pool', () => {
  const client = (name: string, pool: string) =>
    aResource('AWS::Cognito::UserPoolClient', { ClientName: name, UserPoolId: { Ref: pool } })
  const stack = aStack({
    Resources: {
      Members: aResource('AWS::Cognito::UserPool'),
      Others: aResource('AWS::Cognito::UserPool'),
      Till: client('pos', 'Members'),
      Page: client('member-page', 'Members'),
      Subject: aResource('AWS::Lambda::Function', {
        issuer: { 'Fn::GetAtt': ['Members', 'ProviderURL'] },
        provider: { 'Fn::GetAtt': ['Members', 'ProviderName'] },
        id: { Ref: 'Members' },
        client: { Ref: 'Page' },
      }),
      Lost: aResource('AWS::Lambda::Function', { issuer: { 'Fn::GetAtt': ['Others', 'ProviderURL'] } }),
    },
  })
  const issuerOf = (name: string) => (name === 'member-page' ? 'http://localhost:1/oidc/members' : undefined)
  const assembly = new Assembly([stack], { ...SETTINGS, issuerOf })
  const propertiesOf = (name: string) => {
    const resource = assembly.resources.find(({ logicalId }) => logicalId === name)
    if (!resource) throw new Error(`${name} is in the stack`)
    return assembly.propertiesOf(resource)
  }

  test('is the issuer at which its page signs in, so that the gateway trusts the tokens of this run', () => {
    expect(propertiesOf('Subject')).toEqual({
      issuer: 'http://localhost:1/oidc/members',
      provider: 'localhost:1/oidc/members',
      id: 'eu-west-2_oneMembers',
      client: 'member-page',
    })
  })

  test('without a page is refused, because no issuer of this run stands for it', () => {
    expect(() => propertiesOf('Lost')).toThrow('Others has no page that signs in there')
  })
})
