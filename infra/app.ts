/**
 * Turns the stages into CloudFormation: offline, without look-ups, the same bytes for the same sources. Run as a
 * program it writes `cdk.out/` for the CDK's command line; the local run and the tests call it in process.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { App, DefaultStackSynthesizer, Validations } from 'aws-cdk-lib'
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag'
import * as z from 'zod'
import { AppStack } from './app-stack.ts'
import { DataStack } from './data-stack.ts'
import { currentRelease } from './release.ts'
import { type Stage, type StageName, stageNamed } from './stages.ts'

const ROOT = join(import.meta.dirname, '..')
const CdkConfig = z.object({ context: z.record(z.string(), z.unknown()) })

export type Synthesis = {
  readonly outdir: string
  /** Default: `-c stage=` of the command line, then `STAGE`, then dev. A test may bring a stage of its own. */
  readonly stage?: StageName | Stage
  /** The same templates a second sooner, unchecked: for the local run, which deploys nothing. */
  readonly unchecked?: boolean
}

/** @throws when a check of the templates finds something that nobody has acknowledged. */
export function synthesize(wish: Synthesis): void {
  const app = emptyApp(wish)
  const stage = typeof wish.stage === 'object' ? wish.stage : stageNamed(wish.stage ?? defaultStage(app))
  const data = new DataStack(app, 'Data', { stackName: `revisit-${stage.name}-data`, stage })
  new AppStack(app, 'App', { stackName: `revisit-${stage.name}-app`, stage, data, release: currentRelease() })
  if (!wish.unchecked) Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app))
  app.synth()
}

function defaultStage(app: App): unknown {
  return app.node.tryGetContext('stage') ?? process.env.STAGE ?? 'dev'
}

function emptyApp({ outdir, unchecked = false }: Synthesis): App {
  return new App({
    outdir,
    builtinCloudFormationValidation: !unchecked,
    analyticsReporting: false,
    performanceReporting: false,
    autoSynth: false,
    stackTraces: false,
    treeMetadata: false,
    context: {
      ...CdkConfig.parse(JSON.parse(readFileSync(join(ROOT, 'cdk.json'), 'utf8'))).context,
      // The command line sets these two itself; the local run finds bundles by the first.
      'aws:cdk:enable-asset-metadata': true,
      'aws:cdk:enable-path-metadata': true,
    },
    defaultStackSynthesizer: new DefaultStackSynthesizer({ generateBootstrapVersionRule: false }),
  })
}

if (import.meta.main) synthesize({ outdir: process.env.CDK_OUTDIR ?? join(ROOT, 'cdk.out') })
