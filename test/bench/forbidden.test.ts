import { describe, expect, test } from 'vitest'
import { foundIn } from '../../bench/forbidden.ts'

const bundle = (name: string, ...modules: string[]) => ({ name, modules })

describe('what must not be in a bundle', () => {
  test.each([
    ['points', 'node_modules/zod/v4/locales/fr.js', 'locale of zod'],
    ['points', 'node_modules/@aws-sdk/client-dynamodb/dist-es/DynamoDB.js', 'aggregated SDK client'],
    ['points', 'node_modules/@aws-sdk/lib-dynamodb/dist-es/DynamoDBDocument.js', 'aggregated SDK client'],
    ['points', 'node_modules/@hono/zod-openapi/dist/index.js', 'OpenAPI'],
    ['points', 'node_modules/aws-cdk-lib/core/index.js', 'CDK'],
    ['points', 'node_modules/react/index.js', 'React'],
    ['points', 'local/clock.ts', 'not deployed'],
    ['points', 'test/support/api.ts', 'not deployed'],
    ['points', 'functions/members/routes.ts', 'routes of another function'],
    ['points', 'node_modules/libphonenumber-js/core/index.js', 'phone numbers'],
    ['points', 'node_modules/@aws-sdk/client-sesv2/dist-es/SESv2Client.js', 'mail'],
    ['sweep', 'node_modules/hono/dist/hono.js', 'hono in a worker'],
  ])('is found in %s: %s', (name, module, what) => {
    expect(foundIn(bundle(name, 'functions/platform/table.ts', module))).toEqual([
      expect.stringMatching(new RegExp(`^${name} has .*${what}.*${module.replaceAll('.', '\\.')}`)),
    ])
  })

  test.each([
    ['points', 'node_modules/zod/v4/locales/en.js'],
    ['points', 'node_modules/@aws-sdk/client-dynamodb/dist-es/DynamoDBClient.js'],
    ['points', 'node_modules/@aws-sdk/lib-dynamodb/dist-es/DynamoDBDocumentClient.js'],
    ['points', 'node_modules/hono/dist/hono.js'],
    ['points', 'functions/points/routes.ts'],
    ['points', 'functions/members/find.ts'],
    ['members', 'node_modules/libphonenumber-js/core/index.js'],
  ])('is not what belongs there: %s may have %s', (name, module) => {
    expect(foundIn(bundle(name, module))).toEqual([])
  })
})
