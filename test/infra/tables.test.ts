/** The promises of the data stack: shape, protection and keys of what must never be lost. */
import { describe, expect, it } from 'vitest'
import { TABLES, type TableName } from '../../functions/platform/table-design.ts'
import type { StageName } from '../../infra/stages.ts'
import { resourcesOf, synthesized, theResource } from './synthesized.ts'

const NAMES = ['Ledger', 'Members', 'Operations'] as const
const STAGES = ['dev', 'staging', 'prod'] as const
const propertiesOf = (stage: StageName, table: TableName) =>
  theResource(stage, 'AWS::DynamoDB::Table', table).Properties
const keySchema = (partition: string, sort: string) => [
  { AttributeName: partition, KeyType: 'HASH' },
  { AttributeName: sort, KeyType: 'RANGE' },
]

describe.each(NAMES)('%s', (name) => {
  const properties = propertiesOf('prod', name)

  it('is found by its own name in the template, so that moving our code never replaces the table', () => {
    expect(resourcesOf('prod', 'AWS::DynamoDB::Table').map(({ id }) => id)).toContain(name)
  })

  it('has no physical name, so that a restored table can stand beside it', () => {
    expect(properties).not.toHaveProperty('TableName')
  })

  it('is keyed and indexed as designed, and an index holds keys only, so that a write pays for it once', () => {
    expect(properties.KeySchema).toEqual(keySchema('pk', 'sk'))
    const designed = Object.entries(TABLES[name].indexes).map(([IndexName, index]) => ({
      IndexName,
      KeySchema: keySchema(index.partition, index.sort),
      Projection: { ProjectionType: 'KEYS_ONLY' },
    }))
    expect(properties.GlobalSecondaryIndexes ?? []).toEqual(designed)
  })

  it('is paid by request, so that an idle shop costs nothing', () => {
    expect(properties.BillingMode).toBe('PAY_PER_REQUEST')
  })

  it('can be restored to any second of 35 days, and is neither deleted nor replaced where members are real', () => {
    for (const stage of ['staging', 'prod'] as const) {
      const table = theResource(stage, 'AWS::DynamoDB::Table', name)
      expect(table.Properties.PointInTimeRecoverySpecification).toEqual({
        PointInTimeRecoveryEnabled: true,
        RecoveryPeriodInDays: 35,
      })
      expect(table.Properties.DeletionProtectionEnabled).toBe(true)
      expect([table.DeletionPolicy, table.UpdateReplacePolicy]).toEqual(['Retain', 'Retain'])
    }
  })

  it('may be thrown away in dev, so that trying the product leaves nothing behind', () => {
    const table = theResource('dev', 'AWS::DynamoDB::Table', name)
    expect(table.Properties.DeletionProtectionEnabled).toBe(false)
    expect(table.DeletionPolicy).toBe('Delete')
  })
})

describe('streams and expiry', () => {
  it('streams both images of the ledger, so that an auditor sees what an illegal change destroyed', () => {
    expect(propertiesOf('prod', 'Ledger').StreamSpecification).toEqual({ StreamViewType: 'NEW_AND_OLD_IMAGES' })
    expect(propertiesOf('prod', 'Operations').StreamSpecification).toEqual({ StreamViewType: 'NEW_IMAGE' })
  })

  it('streams no profile, so that contact data has no second copy', () => {
    expect(propertiesOf('prod', 'Members')).not.toHaveProperty('StreamSpecification')
  })

  it.each(STAGES)('lets nothing expire from Ledger and Members in %s, so that no clock can delete points', (stage) => {
    expect(propertiesOf(stage, 'Ledger')).not.toHaveProperty('TimeToLiveSpecification')
    expect(propertiesOf(stage, 'Members')).not.toHaveProperty('TimeToLiveSpecification')
    expect(propertiesOf(stage, 'Operations').TimeToLiveSpecification).toEqual({
      AttributeName: 'removeAt',
      Enabled: true,
    })
  })
})

describe('keys and secret', () => {
  it('gives Ledger and Members a rotating key each, so that closing one does not close the other', () => {
    for (const name of ['Ledger', 'Members'] as const) {
      expect(propertiesOf('prod', name).SSESpecification).toEqual({
        SSEEnabled: true,
        SSEType: 'KMS',
        KMSMasterKeyId: { 'Fn::GetAtt': [`${name}Key`, 'Arn'] },
      })
      const key = theResource('prod', 'AWS::KMS::Key', `${name}Key`)
      expect(key.Properties.EnableKeyRotation).toBe(true)
      expect([key.DeletionPolicy, key.UpdateReplacePolicy]).toEqual(['Retain', 'Retain'])
    }
    expect(propertiesOf('prod', 'Operations').SSESpecification).toEqual({ SSEEnabled: true })
  })

  it('makes the secret in the account and keeps it, because without it no member is found by contact', () => {
    const secret = theResource('prod', 'AWS::SecretsManager::Secret', 'ContactSecret')
    expect(secret.Properties.GenerateSecretString).toEqual({ PasswordLength: 64, ExcludePunctuation: true })
    expect(secret.Properties).not.toHaveProperty('SecretString')
    expect([secret.DeletionPolicy, secret.UpdateReplacePolicy]).toEqual(['Retain', 'Retain'])
  })

  it('protects the stack of the data itself where members are real', () => {
    expect(synthesized('prod').files['manifest.json']).toMatch(/"terminationProtection": true/)
    expect(synthesized('dev').files['manifest.json']).not.toMatch(/"terminationProtection": true/)
  })
})
