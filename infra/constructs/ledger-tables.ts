/**
 * The three tables as `table-design.ts` describes them, and who may do what to them. The ledger is never deleted
 * from or written in bulk: its type of action has no such word, and a function gets its row and no more.
 */
import { Aws, CfnResource, RemovalPolicy } from 'aws-cdk-lib'
import {
  AttributeType,
  BillingMode,
  type ITable,
  ProjectionType,
  StreamViewType,
  Table,
  TableEncryption,
  TableGrants,
} from 'aws-cdk-lib/aws-dynamodb'
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam'
import { type IKey, Key } from 'aws-cdk-lib/aws-kms'
import type { Construct } from 'constructs'
import type { FunctionName } from '../../functions/platform/env.ts'
import { PARTITION, SORT, TABLES, type TableDesign, type TableName } from '../../functions/platform/table-design.ts'
import type { Stage } from '../stages.ts'

type ReadAction = 'GetItem' | 'BatchGetItem' | 'Query' | 'ConditionCheckItem'
type WriteAction = 'PutItem' | 'UpdateItem'
type Access = {
  readonly Ledger?: readonly (ReadAction | WriteAction | 'Scan')[]
  /** Indexes that may be queried, by name. */
  readonly LedgerIndexes?: readonly (keyof (typeof TABLES)['Ledger']['indexes'])[]
  readonly Members?: readonly (ReadAction | WriteAction | 'DeleteItem')[]
  readonly Operations?: readonly (ReadAction | WriteAction)[]
  readonly OperationsIndexes?: readonly (keyof (typeof TABLES)['Operations']['indexes'])[]
}

/** What freezing or settling an account takes: it is read, and the change is put beside it in one transaction. */
const COMMIT = ['GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem'] as const
const COMMIT_AND_CHECK = [...COMMIT, 'ConditionCheckItem'] as const

const ACCESS: Readonly<Record<FunctionName, Access>> = {
  program: {
    Operations: ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'ConditionCheckItem'],
    // Lists what waits for a decision.
    OperationsIndexes: ['byKind'],
  },
  members: {
    Members: ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem'],
    // Enrolment writes the empty account, the referral code and its operation; a proven contact is an entry.
    Ledger: COMMIT_AND_CHECK,
    // What may not be tried too often is counted there.
    Operations: ['GetItem', 'Query', 'PutItem', 'UpdateItem'],
  },
  points: {
    Ledger: ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'ConditionCheckItem'],
    Members: ['GetItem', 'BatchGetItem', 'Query'],
    Operations: ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'ConditionCheckItem'],
  },
  // Signing in finds the member, marks the contact as proven, and tells the account once.
  'sign-in': {
    Members: ['GetItem', 'PutItem', 'UpdateItem', 'ConditionCheckItem'],
    Ledger: COMMIT,
    Operations: ['GetItem', 'Query'],
  },
  // The first sign-in makes an invited person active.
  'staff-sign-in': { Operations: ['GetItem', 'PutItem'] },
  rewards: {
    Ledger: ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem'],
    // Lists what was set aside and not fetched, before anybody is told that nothing is left.
    LedgerIndexes: ['due'],
    Members: ['GetItem'],
    Operations: ['GetItem', 'Query', 'PutItem', 'UpdateItem'],
  },
  reports: { Operations: ['GetItem', 'Query'] },
  // What happened comes with the stream, and reading that is granted with the event source; the reports' lines are written.
  reactions: { Operations: ['GetItem', 'Query', 'PutItem'] },
  // A red account is frozen, and the audit trail says why.
  auditor: { Ledger: COMMIT, Operations: ['GetItem', 'Query', 'PutItem'] },
  // The only one that may look at everything.
  audit: { Ledger: [...COMMIT, 'Query', 'Scan'], Operations: ['GetItem', 'Query', 'PutItem'] },
  sweep: { Ledger: COMMIT, LedgerIndexes: ['due'], Operations: ['GetItem', 'Query'] },
}

const WRITES: ReadonlySet<string> = new Set(['PutItem', 'UpdateItem', 'DeleteItem'])
const KEY_READS = ['kms:Decrypt', 'kms:DescribeKey'] as const
/** Spelled out, where the usual grant would say `kms:ReEncrypt*` and `kms:GenerateDataKey*`. */
const KEY_WRITES = [
  ...KEY_READS,
  'kms:Encrypt',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
  'kms:GenerateDataKey',
  'kms:GenerateDataKeyWithoutPlaintext',
] as const

export class LedgerTables {
  readonly #tables: Readonly<Record<TableName, Table>>
  readonly #keys: Readonly<Partial<Record<TableName, IKey>>>

  constructor(scope: Construct, stage: Stage) {
    const ledgerKey = addKey(scope, 'LedgerKey', stage)
    const membersKey = addKey(scope, 'MembersKey', stage)
    this.#keys = { Ledger: ledgerKey, Members: membersKey }
    this.#tables = {
      Ledger: addTable(scope, 'Ledger', { stage, key: ledgerKey }),
      Members: addTable(scope, 'Members', { stage, key: membersKey }),
      Operations: addTable(scope, 'Operations', { stage }),
    }
  }

  /** For the event source of its stream; data access is granted by `grantTo` only. */
  get ledger(): ITable {
    return this.#tables.Ledger
  }

  nameOf(table: TableName): string {
    return this.#tables[table].tableName
  }

  /** Gives a function exactly its row of `ACCESS`, and the keys of those tables for use through DynamoDB only. */
  grantTo(name: FunctionName, grantee: IGrantable): void {
    const access = ACCESS[name]
    for (const tableName of ['Ledger', 'Members', 'Operations'] as const) {
      const actions = access[tableName]
      if (actions === undefined) continue
      const table = this.#tables[tableName]
      new TableGrants({ table, hasIndex: false }).actions(grantee, ...actions.map((action) => `dynamodb:${action}`))
      if (tableName === 'Ledger') grantIndexes(table, grantee, access.LedgerIndexes ?? [])
      if (tableName === 'Operations') grantIndexes(table, grantee, access.OperationsIndexes ?? [])
      this.#grantKey(tableName, { grantee, writes: actions.some((action) => WRITES.has(action)) })
    }
  }

  #grantKey(tableName: TableName, use: { readonly grantee: IGrantable; readonly writes: boolean }): void {
    const grant = this.#keys[tableName]?.grant(use.grantee, ...(use.writes ? KEY_WRITES : KEY_READS))
    grant?.principalStatement?.addCondition('StringEquals', {
      'kms:ViaService': `dynamodb.${Aws.REGION}.amazonaws.com`,
    })
  }
}

/** By name, where the usual grant would say every index of the table. */
function grantIndexes(table: ITable, grantee: IGrantable, names: readonly string[]): void {
  if (names.length === 0) return
  const resourceArns = names.map((name) => `${table.tableArn}/index/${name}`)
  Grant.addToPrincipal({ grantee, actions: ['dynamodb:Query'], resourceArns })
}

function addTable(scope: Construct, name: TableName, settings: { readonly stage: Stage; readonly key?: IKey }): Table {
  const { stage, key } = settings
  const design: TableDesign = TABLES[name]
  const table = new Table(scope, name, {
    partitionKey: stringAttribute(PARTITION),
    sortKey: stringAttribute(SORT),
    billingMode: BillingMode.PAY_PER_REQUEST,
    ...(design.stream && { stream: StreamViewType[design.stream] }),
    ...(design.ttlAttribute && { timeToLiveAttribute: design.ttlAttribute }),
    ...(key
      ? { encryption: TableEncryption.CUSTOMER_MANAGED, encryptionKey: key }
      : { encryption: TableEncryption.AWS_MANAGED }),
    pointInTimeRecoverySpecification: {
      pointInTimeRecoveryEnabled: true,
      recoveryPeriodInDays: stage.restoreDays,
    },
    deletionProtection: stage.keepData,
    removalPolicy: removalPolicyOf(stage),
  })
  for (const [indexName, index] of Object.entries(design.indexes)) {
    table.addGlobalSecondaryIndex({
      indexName,
      partitionKey: stringAttribute(index.partition),
      ...(index.sort && { sortKey: stringAttribute(index.sort) }),
      projectionType: ProjectionType.KEYS_ONLY,
    })
  }
  fixLogicalId(table, name)
  return table
}

function addKey(scope: Construct, id: string, stage: Stage): Key {
  const key = new Key(scope, id, { enableKeyRotation: true, removalPolicy: removalPolicyOf(stage) })
  fixLogicalId(key, id)
  return key
}

export function removalPolicyOf(stage: Stage): RemovalPolicy {
  return stage.keepData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY
}

/**
 * Names a stateful resource in the template by what it is and not by its place in our code:
 * a new logical id would replace the resource, and its data with it.
 */
export function fixLogicalId(construct: Construct, logicalId: string): void {
  const resource = construct.node.defaultChild
  if (!CfnResource.isCfnResource(resource)) throw new Error(`${construct.node.path} has no resource of its own`)
  resource.overrideLogicalId(logicalId)
}

function stringAttribute(name: string) {
  return { name, type: AttributeType.STRING }
}
