/** What is put where when the pages are published, and in which order. */
import { describe, expect, it } from 'vitest'
import { configOf, outputsOf, uploads } from '../../infra/publish-pages.ts'
import { synthesized } from './synthesized.ts'

const OUTPUTS = {
  PagesBucket: 'the-bucket',
  MemberPageUrl: 'https://d1.example/',
  StaffPageUrl: 'https://d1.example/staff/',
  MembersAuthority: 'https://issuer.example/members',
  MemberClientId: 'member-client',
  StaffAuthority: 'https://issuer.example/staff',
  StaffClientId: 'staff-client',
}
const file = (stacks: object) => JSON.stringify(stacks)

describe('the outputs of a deployment', () => {
  it('are those that the template gives, so that publishing works after every deployment', () => {
    const named = Object.keys(synthesized('prod').app.Outputs)
    for (const name of Object.keys(OUTPUTS)) expect(named).toContain(name)
  })

  it('are found beside those of the data, and are one deployment’s', () => {
    expect(outputsOf(file({ 'revisit-prod-data': {}, 'revisit-prod-app': { ...OUTPUTS, ApiUrl: 'x' } }))).toEqual(
      OUTPUTS,
    )
    expect(() => outputsOf(file({ 'revisit-prod-data': {} }))).toThrow('not exactly one deployment')
    expect(() => outputsOf(file({ a: OUTPUTS, b: OUTPUTS }))).toThrow('not exactly one deployment')
  })

  it('become what a page asks for to sign in, and nothing else of the account', () => {
    expect(configOf(OUTPUTS)).toEqual({
      issuers: {
        members: { authority: 'https://issuer.example/members', clientId: 'member-client' },
        staff: { authority: 'https://issuer.example/staff', clientId: 'staff-client' },
      },
    })
  })
})

describe('uploading', () => {
  it('puts files before the pages that name them, and deletes nothing that an open page still needs', () => {
    const [files = [], pages = []] = uploads('dist/web', 'the-bucket')
    expect(files).toEqual(expect.arrayContaining(['s3://the-bucket', '--exclude', '*.html']))
    expect(pages).toEqual(expect.arrayContaining(['--include', '*.html', 'config.json']))
    expect([...files, ...pages]).not.toContain('--delete')
  })
})
