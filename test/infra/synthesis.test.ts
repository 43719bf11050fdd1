/** Synthesis itself: the same bytes for the same sources, checked, and with no trace of the machine that did it. */
import { readFileSync } from 'node:fs'
import { hostname, userInfo } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { stageNamed } from '../../infra/stages.ts'
import { synthesizeAnew, synthesized } from './synthesized.ts'

const ROOT = join(import.meta.dirname, '..', '..')

describe('bytes', () => {
  it('are the same twice, so that a difference in a deployment is a difference in the sources', () => {
    const once = synthesizeAnew({ stage: stageNamed('prod'), unchecked: true })
    expect(once.files).toEqual(synthesizeAnew({ stage: stageNamed('prod'), unchecked: true }).files)
  })

  it('are the same checked and unchecked, so that the local run executes what is deployed', () => {
    expect(synthesizeAnew({ stage: stageNamed('prod'), unchecked: true }).files).toEqual(synthesized('prod').files)
  })

  it('hold no path, user or host of the machine, so that a template may be published', () => {
    const all = Object.values(synthesized('prod').files).join('\n')
    expect(all).not.toContain(ROOT)
    expect(all).not.toContain(userInfo().homedir)
    expect(all).not.toContain(`"${hostname()}"`)
    expect(all).not.toMatch(/localhost|127\.0\.0\.1/)
  })
})

describe('checks', () => {
  const reports = synthesized('prod').report?.pluginReports ?? []
  const acknowledged = reports.flatMap((report) => report.suppressedViolations)
  const page = readFileSync(join(ROOT, 'docs', 'acknowledged-findings.md'), 'utf8')

  it('ran both rule packs and found nothing that nobody has answered for', () => {
    expect(reports.map(({ pluginName }) => pluginName).sort()).toEqual(['AwsSolutions', 'Serverless'])
    for (const report of reports) expect([report.conclusion, report.violations]).toEqual(['success', []])
  })

  it('stand aside only for a reason, which the documents list', () => {
    expect(acknowledged.length).toBeGreaterThan(0)
    for (const { ruleName, reason } of acknowledged) {
      expect(reason?.length).toBeGreaterThanOrEqual(20)
      expect(page).toContain(ruleName)
    }
  })

  it('are not documented as set aside when nothing needs it any more', () => {
    const listed = page.match(/\b(AwsSolutions|Serverless)-[A-Za-z0-9]+(\[[^\]]+\])?/g) ?? []
    const used = new Set(acknowledged.map(({ ruleName }) => ruleName))
    expect(listed.filter((name) => !used.has(name))).toEqual([])
  })
})

describe('stages', () => {
  it('are told apart by the names of their stacks, so that two can live in one account', () => {
    const names = (stage: 'dev' | 'prod') => synthesized(stage).files['manifest.json']?.match(/revisit-\w+-(data|app)/g)
    expect(new Set(names('dev'))).toEqual(new Set(['revisit-dev-data', 'revisit-dev-app']))
    expect(new Set(names('prod'))).toEqual(new Set(['revisit-prod-data', 'revisit-prod-app']))
  })

  it('are refused when unknown, so that a slip of the pen creates no fourth one', () => {
    expect(() => stageNamed('production')).toThrow()
  })
})
