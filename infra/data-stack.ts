/**
 * What must outlive every release: the tables, their keys and the secret. It is a stack of its own, so that a change
 * of the application can neither replace nor delete data; a difference in this stack deserves a second pair of eyes.
 */
import { Stack, type StackProps, Validations } from 'aws-cdk-lib'
import { Secret } from 'aws-cdk-lib/aws-secretsmanager'
import type { Construct } from 'constructs'
import { fixLogicalId, LedgerTables, removalPolicyOf } from './constructs/ledger-tables.ts'
import type { Stage } from './stages.ts'

const SECRET_LENGTH = 64

export class DataStack extends Stack {
  readonly tables: LedgerTables
  readonly secret: Secret

  constructor(scope: Construct, id: string, props: StackProps & { readonly stage: Stage }) {
    super(scope, id, { ...props, terminationProtection: props.stage.keepData })
    this.tables = new LedgerTables(this, props.stage)
    this.secret = new Secret(this, 'ContactSecret', {
      description: 'Keys the digests by which members are found and the cursors of lists',
      generateSecretString: { passwordLength: SECRET_LENGTH, excludePunctuation: true },
      removalPolicy: removalPolicyOf(props.stage),
    })
    fixLogicalId(this.secret, 'ContactSecret')
    Validations.of(this.secret).acknowledge({
      id: 'AwsSolutions::AwsSolutions-SMG4',
      reason: 'A new value would orphan every contact digest: it is changed by a planned re-digest, never by a timer.',
    })
  }
}
