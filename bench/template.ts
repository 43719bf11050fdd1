/** What costs money without any request, counted in the templates of the stage `prod`. */
import * as z from 'zod'
import { TABLES } from '../functions/platform/table-design.ts'
import { stageNamed } from '../infra/stages.ts'
import { build } from '../local/build.ts'
import { synthesizeAnew } from '../test/infra/synthesized.ts'
import type { TemplateFigures } from './figures.ts'
import type { Findings, Scope } from './report.ts'

/** By the name of its price; how many of it stand in the templates. */
const TYPES = {
  keys: 'AWS::KMS::Key',
  alarms: 'AWS::CloudWatch::Alarm',
  dashboards: 'AWS::CloudWatch::Dashboard',
  secrets: 'AWS::SecretsManager::Secret',
  functions: 'AWS::Lambda::Function',
  metricFilters: 'AWS::Logs::MetricFilter',
  policies: 'AWS::IAM::Policy',
} as const

const Transformations = z.object({ MetricTransformations: z.array(z.object({ MetricName: z.string() })) })

const Statement = z.object({
  Action: z.union([z.string().transform((one) => [one]), z.array(z.string())]),
  Resource: z.unknown(),
})
const Policy = z.object({ PolicyDocument: z.object({ Statement: z.array(Statement) }) })

/** What a role does to the rows of a table; following its stream needs another right. */
const ROWS = /^dynamodb:.*(?:Item|Query|Scan)$/

/** How many tables a role may read or write. */
function tablesOf(policy: Readonly<Record<string, unknown>>): number {
  const statements = Policy.parse(policy).PolicyDocument.Statement
  const used = JSON.stringify(statements.filter(({ Action }) => Action.some((action) => ROWS.test(action))))
  return Object.keys(TABLES).filter((table) => used.includes(table)).length
}

/** Start and report of an invocation are of level INFO. */
const Quiet = z.object({ LoggingConfig: z.object({ SystemLogLevel: z.literal('WARN') }) })

function isQuiet(properties: Readonly<Record<string, unknown>>): boolean {
  return Quiet.safeParse(properties).success
}

export async function run({ say }: Scope): Promise<Findings> {
  await build()
  const { data, app } = synthesizeAnew({ stage: stageNamed('prod'), unchecked: true })
  const resources = [data, app].flatMap((template) => Object.values(template.Resources))
  const of = (type: string) => resources.filter((resource) => resource.Type === type)
  const names = of(TYPES.metricFilters).flatMap(({ Properties }) =>
    Transformations.parse(Properties).MetricTransformations.map(({ MetricName }) => MetricName),
  )
  const results: TemplateFigures = {
    keys: of(TYPES.keys).length,
    alarms: of(TYPES.alarms).length,
    dashboards: of(TYPES.dashboards).length,
    secrets: of(TYPES.secrets).length,
    tableUses: of(TYPES.policies).reduce((total, { Properties }) => total + tablesOf(Properties), 0),
    functions: of(TYPES.functions).length,
    quietFunctions: of(TYPES.functions).filter(({ Properties }) => isQuiet(Properties)).length,
    metrics: new Set(names).size,
  }
  if (results.tableUses < results.functions) throw new Error('the templates have functions that use no table')
  say(
    Object.entries(results)
      .map(([name, count]) => `${count} ${name}`)
      .join(', '),
  )
  return { results, verdicts: [] }
}
