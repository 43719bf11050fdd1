/** What costs money without any request, counted in the templates of the stage `prod`. */
import * as z from 'zod'
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
  tables: 'AWS::DynamoDB::Table',
  functions: 'AWS::Lambda::Function',
  metricFilters: 'AWS::Logs::MetricFilter',
} as const

const Transformations = z.object({ MetricTransformations: z.array(z.object({ MetricName: z.string() })) })

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
    tables: of(TYPES.tables).length,
    functions: of(TYPES.functions).length,
    quietFunctions: of(TYPES.functions).filter(({ Properties }) => isQuiet(Properties)).length,
    metrics: new Set(names).size,
  }
  if (results.tables === 0 || results.functions === 0) throw new Error('the templates have no tables or no functions')
  say(
    Object.entries(results)
      .map(([name, count]) => `${count} ${name}`)
      .join(', '),
  )
  return { results, verdicts: [] }
}
