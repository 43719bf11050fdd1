/** How the resources of a template are named in AWS: what a reference to each of them gives, and its attributes. */
import { ACCOUNT, arn, REGION } from './aws.ts'

export type Naming = {
  /** The property that names the resource when the template insists. */
  readonly nameIn?: string
  readonly ref: (name: string) => string
  readonly attributes: Readonly<Record<string, (name: string) => string>>
}

const itself = (name: string) => name
const poolId = (name: string) => `${REGION}_${name.replace(/[^0-9A-Za-z]/g, '')}`

export const NAMING: Readonly<Record<string, Naming>> = {
  'AWS::DynamoDB::Table': {
    nameIn: 'TableName',
    ref: itself,
    attributes: {
      Arn: (name) => arn('dynamodb', `table/${name}`),
      StreamArn: (name) => arn('dynamodb', `table/${name}/stream/2026-01-01T00:00:00.000`),
    },
  },
  'AWS::Lambda::Function': {
    nameIn: 'FunctionName',
    ref: itself,
    attributes: { Arn: (name) => arn('lambda', `function:${name}`) },
  },
  'AWS::SQS::Queue': {
    nameIn: 'QueueName',
    ref: (name) => `https://sqs.${REGION}.amazonaws.com/${ACCOUNT}/${name}`,
    attributes: { Arn: (name) => arn('sqs', name), QueueName: itself },
  },
  'AWS::Events::EventBus': {
    nameIn: 'Name',
    ref: itself,
    attributes: { Arn: (name) => arn('events', `event-bus/${name}`), Name: itself },
  },
  'AWS::Scheduler::Schedule': {
    nameIn: 'Name',
    ref: itself,
    attributes: { Arn: (name) => arn('scheduler', `schedule/default/${name}`) },
  },
  'AWS::Scheduler::ScheduleGroup': {
    nameIn: 'Name',
    ref: itself,
    attributes: { Arn: (name) => arn('scheduler', `schedule-group/${name}`) },
  },
  'AWS::SecretsManager::Secret': {
    nameIn: 'Name',
    ref: (name) => arn('secretsmanager', `secret:${name}`),
    attributes: {},
  },
  'AWS::KMS::Key': { ref: itself, attributes: { Arn: (name) => arn('kms', `key/${name}`) } },
  'AWS::IAM::Role': { ref: itself, attributes: { Arn: (name) => arn('iam', `role/${name}`) } },
  'AWS::Logs::LogGroup': { ref: itself, attributes: { Arn: (name) => arn('logs', `log-group:${name}:*`) } },
  'AWS::Cognito::UserPool': {
    ref: poolId,
    attributes: { Arn: (name) => arn('cognito-idp', `userpool/${poolId(name)}`) },
  },
  'AWS::Cognito::UserPoolClient': { nameIn: 'ClientName', ref: itself, attributes: { ClientId: itself } },
  'AWS::Cognito::UserPoolDomain': { nameIn: 'Domain', ref: itself, attributes: {} },
  'AWS::Cognito::UserPoolResourceServer': { nameIn: 'Identifier', ref: itself, attributes: {} },
  'AWS::CloudFront::CachePolicy': { ref: itself, attributes: { Id: itself } },
  'AWS::CloudFront::Distribution': {
    ref: itself,
    attributes: { DomainName: () => 'localhost', Id: itself },
  },
  'AWS::CloudFront::Function': {
    ref: itself,
    attributes: { FunctionARN: (name) => arn('cloudfront', `function/${name}`) },
  },
  'AWS::CloudFront::OriginAccessControl': { ref: itself, attributes: { Id: itself } },
  'AWS::CloudFront::OriginRequestPolicy': { ref: itself, attributes: { Id: itself } },
  'AWS::CloudFront::ResponseHeadersPolicy': { ref: itself, attributes: { Id: itself } },
  'AWS::S3::Bucket': {
    nameIn: 'BucketName',
    ref: itself,
    attributes: {
      Arn: (name) => `arn:aws:s3:::${name}`,
      DomainName: (name) => `${name}.s3.amazonaws.com`,
      RegionalDomainName: (name) => `${name}.s3.${REGION}.amazonaws.com`,
    },
  },
  'AWS::ApiGatewayV2::Api': { ref: () => 'local', attributes: {} },
  'AWS::ApiGatewayV2::Authorizer': { ref: itself, attributes: {} },
  'AWS::ApiGatewayV2::Integration': { ref: itself, attributes: {} },
}
