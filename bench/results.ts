/** The figures of the last runs, each case with its own date and machine, in `results.json`: what `docs/costs.md` is made of. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import {
  BundlesFigures,
  CostFigures,
  FlatnessFigures,
  JobsFigures,
  OverheadFigures,
  PeerFigures,
  StartFigures,
  TemplateFigures,
  ThroughputFigures,
  UnitsFigures,
} from './figures.ts'
import { Circumstances } from './machine.ts'

const kept = <Shape extends z.ZodType>(figures: Shape) => z.strictObject({ on: Circumstances, figures }).optional()

export const Results = z.strictObject({
  units: kept(UnitsFigures),
  bundles: kept(BundlesFigures),
  template: kept(TemplateFigures),
  jobs: kept(JobsFigures),
  start: kept(StartFigures),
  overhead: kept(OverheadFigures),
  flatness: kept(FlatnessFigures),
  throughput: kept(ThroughputFigures),
  peer: kept(PeerFigures),
  cost: kept(CostFigures),
})
export type Results = z.infer<typeof Results>

export const RESULTS_FILE = join(import.meta.dirname, 'results.json')

const Stored = z.record(z.string(), z.unknown())

/** Figures of a shape that has changed since are as good as none: the case must be measured anew. */
export function readResults(): Results {
  if (!existsSync(RESULTS_FILE)) return {}
  const stored = Stored.parse(JSON.parse(readFileSync(RESULTS_FILE, 'utf8')))
  const shapes = Object.entries(Results.shape)
  return Results.parse(Object.fromEntries(shapes.map(([name, shape]) => [name, shape.safeParse(stored[name]).data])))
}

/** Figures beyond four digits say more about the machine than about the product. */
export function writeResults(results: Results): void {
  const short = (_: string, value: unknown) =>
    typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(5)) : value
  writeFileSync(RESULTS_FILE, `${onOneLine(JSON.stringify(results, short, 2))}\n`)
}

/** Lists of numbers as our formatter writes them. */
function onOneLine(json: string): string {
  return json.replace(/\[[\d.,\s-]+\]/g, (list) => `[${list.slice(1, -1).trim().split(/,\s*/).join(', ')}]`)
}
