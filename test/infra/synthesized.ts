/** The templates of a stage as plain data, written once per process and read by every test of this folder. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as z from 'zod'
import { synthesize } from '../../infra/app.ts'
import { type Stage, type StageName, stageNamed } from '../../infra/stages.ts'

const Resource = z.object({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
  DeletionPolicy: z.string().optional(),
  UpdateReplacePolicy: z.string().optional(),
  Metadata: z.record(z.string(), z.unknown()).default({}),
})
const Template = z.object({
  Resources: z.record(z.string(), Resource),
  Parameters: z.record(z.string(), z.object({ Type: z.string(), Default: z.unknown().optional() })).default({}),
  Outputs: z
    .record(z.string(), z.object({ Value: z.unknown(), Export: z.object({ Name: z.string() }).optional() }))
    .default({}),
})
const Finding = z.object({ ruleName: z.string(), acknowledgedId: z.string().optional(), reason: z.string().optional() })
const Report = z.object({
  pluginReports: z.array(
    z.object({
      pluginName: z.string(),
      conclusion: z.string(),
      violations: z.array(Finding),
      suppressedViolations: z.array(Finding).default([]),
    }),
  ),
})

export type Resource = z.infer<typeof Resource> & { readonly id: string }
export type Synthesized = {
  readonly data: z.infer<typeof Template>
  readonly app: z.infer<typeof Template>
  readonly report: z.infer<typeof Report> | undefined
  /** Name and content of everything that decides what is deployed. */
  readonly files: Readonly<Record<string, string>>
}

const DEPLOYED = ['Data.template.json', 'App.template.json', 'Data.assets.json', 'App.assets.json', 'manifest.json']
const known = new Map<StageName, Synthesized>()

export function synthesized(stage: StageName): Synthesized {
  const found = known.get(stage) ?? synthesizeAnew({ stage: stageNamed(stage), unchecked: stage !== 'prod' })
  known.set(stage, found)
  return found
}

export function synthesizeAnew(wish: { readonly stage: Stage; readonly unchecked?: boolean }): Synthesized {
  const outdir = mkdtempSync(join(tmpdir(), 'revisit-infra-'))
  try {
    synthesize({ outdir, ...wish })
    const read = (name: string) => readFileSync(join(outdir, name), 'utf8')
    return {
      data: Template.parse(JSON.parse(read('Data.template.json'))),
      app: Template.parse(JSON.parse(read('App.template.json'))),
      report: wish.unchecked ? undefined : Report.parse(JSON.parse(read('validation-report.json'))),
      files: Object.fromEntries(DEPLOYED.map((name) => [name, read(name)])),
    }
  } finally {
    rmSync(outdir, { recursive: true })
  }
}

export function resourcesOf(stage: StageName, type: string): Resource[] {
  const { data, app } = synthesized(stage)
  return Object.entries({ ...data.Resources, ...app.Resources })
    .filter(([, resource]) => resource.Type === type)
    .map(([id, resource]) => ({ id, ...resource }))
}

/** The one resource of this type whose logical id begins so. */
export function theResource(stage: StageName, type: string, idBegins: string): Resource {
  const [found, ...others] = resourcesOf(stage, type).filter(({ id }) => id.startsWith(idBegins))
  if (found === undefined || others.length > 0) throw new Error(`not exactly one ${type} ${idBegins}`)
  return found
}

const Pointer = z.union([
  z.strictObject({ Ref: z.string() }).transform(({ Ref }) => Ref),
  z
    .strictObject({ 'Fn::GetAtt': z.tuple([z.string(), z.string()]) })
    .transform((value) => value['Fn::GetAtt'].join('.')),
])
const Import = z.strictObject({ 'Fn::ImportValue': z.string() })
const Joined = z
  .strictObject({ 'Fn::Join': z.tuple([z.literal(''), z.array(z.unknown())]) })
  .transform((value) => value['Fn::Join'][1])

/** `Ledger`, `Ledger.Arn`, `Ledger.Arn/index/due`, `*`: what a value of the template points at, also across the two stacks. */
export function pointsAt(stage: StageName, value: unknown): string {
  if (typeof value === 'string') return value
  const joined = Joined.safeParse(value)
  if (joined.success) return joined.data.map((part) => pointsAt(stage, part)).join('')
  const imported = Import.safeParse(value)
  if (!imported.success) return Pointer.parse(value)
  const outputs = Object.values(synthesized(stage).data.Outputs)
  const output = outputs.find((candidate) => candidate.Export?.Name === imported.data['Fn::ImportValue'])
  return Pointer.parse(output?.Value)
}
