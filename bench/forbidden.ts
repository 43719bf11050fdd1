/**
 * What must not be in a deployed bundle, because it is dead weight at every cold start or means that a border was crossed.
 * Looked for among the modules that the compiler says are in it.
 */
import type { Bundle } from './bundle.ts'

type Ban = {
  readonly what: string
  readonly modules: RegExp
  /** Where it is at home; nowhere unless named. */
  readonly except?: readonly string[]
}

/** Functions that answer HTTP; all others are workers. */
export const API_FUNCTIONS = ['program', 'members', 'points', 'rewards', 'reports'] as const

const BANS: readonly Ban[] = [
  { what: 'a locale of zod other than en', modules: /node_modules\/zod\/.*\/locales\/(?!en\.|index\.)/ },
  {
    what: 'an aggregated SDK client',
    modules:
      /node_modules\/@aws-sdk\/(client-dynamodb\/.*\/DynamoDB|lib-dynamodb\/.*\/DynamoDBDocument|client-eventbridge\/.*\/EventBridge|client-secrets-manager\/.*\/SecretsManager)\.js$/,
  },
  { what: 'an OpenAPI library', modules: /node_modules\/(@[^/]+\/)?[^/]*(openapi|swagger)[^/]*\// },
  { what: 'the CDK', modules: /node_modules\/(aws-cdk-lib|constructs|cdk-nag)\// },
  { what: 'React', modules: /node_modules\/(react|react-dom|preact)\// },
  { what: 'what is not deployed', modules: /^(local|test|bench|infra)\// },
  { what: 'hono in a worker', modules: /node_modules\/hono\//, except: API_FUNCTIONS },
  { what: 'phone numbers outside members', modules: /node_modules\/libphonenumber-js\//, except: ['members'] },
  { what: 'mail outside notify', modules: /node_modules\/@aws-sdk\/client-ses/, except: ['notify'] },
]

/** What is forbidden in this function and in it all the same, each with one module that shows it. */
export function foundIn({ name, modules }: Pick<Bundle, 'name' | 'modules'>): string[] {
  const foreign: Ban = {
    what: 'routes of another function',
    modules: new RegExp(`^functions/(?!${name}/)[^/]+/routes\\.ts$`),
  }
  return [...BANS, foreign].flatMap(({ what, modules: pattern, except = [] }) => {
    const shown = except.includes(name) ? undefined : modules.find((module) => pattern.test(module))
    return shown === undefined ? [] : [`${name} has ${what} (${shown})`]
  })
}
