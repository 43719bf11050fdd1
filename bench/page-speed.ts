/** The parts of `docs/costs.md` about size and speed. */
import type { Budget } from './budget.ts'
import type { BundlesFigures, FlatnessFigures, JobsFigures, Load, OverheadFigures, StartFigures } from './figures.ts'
import { table, told } from './markdown.ts'
import type { Spread } from './statistics.ts'

export function bundlesPart(figures: BundlesFigures, { bundles }: Budget): string {
  const rows = Object.entries(figures).map(([name, { bytes, gzip, modules }]) => {
    const ceiling = bundles[name]?.ceiling
    return [name, ...[bytes, gzip].map(told), ceiling === undefined ? '' : told(ceiling), told(modules)]
  })
  return `## Size of the functions

Bytes of each bundle as it is deployed, and after gzip. The bare client is the document client with one read and one
transaction, bundled by the same settings without leaving anything out: what a function weighs before it does anything.
Each has a budget in \`bench/budget.json\` that it may exceed by 1%, and a ceiling that no budget may exceed. What must not be
in a bundle (other locales, other functions' routes, HTTP in workers, anything of the build) is looked for in the compiler's own account.

${table(['Function', 'Bytes', 'After gzip', 'Ceiling', 'Modules'], rows)}`
}

export function startPart({ starts, ratio }: StartFigures, { ratios }: Budget): string {
  const rows = starts.map((start) => [
    start.name,
    ...[start.importCpuMs, start.importMs, start.firstWriteMs].map((one) => range(one, 0)),
  ])
  return `## Start of a fresh process

Milliseconds, median of 15 runs in turn and their range. The first write of points reads the program and the store on the way.
Gate: importing points takes at most ${ratios.importCpu} times the CPU of importing the bare client; now it is
**${ratio.toFixed(2)}**.

${table(['Function', 'CPU to import', 'Import', 'Until the first committed award'], rows)}`
}

export function overheadPart({ forms, ratio, operations, repeats }: OverheadFigures, { ratios }: Budget): string {
  const rows = forms.map(({ title, cpuMs, wallMs }) => [title, range(cpuMs, 2), range(wallMs, 2)])
  return `## What the API adds

One award of points, ${operations} times in each of ${repeats} repeats, all forms in turn with the same client and engine: median
of the repeats and their range, in milliseconds. The bare forms send the same items under the same conditions and do
nothing else. Gate: the handler takes at most ${ratios.overheadCpu} times the CPU of the bare read and transaction; now it is
**${ratio.toFixed(2)}**${ratio > ratios.overheadCpu ? ', which is more' : ''}.

${table(['Form', 'CPU', 'Time'], rows)}`
}

export function flatnessPart(figures: FlatnessFigures, { ratios }: Budget): string {
  const of = (by: 'entries' | 'lots') => {
    const series = figures.filter((one) => one.by === by)
    const [first] = series
    if (first === undefined) return ''
    const beyond = first.shown ? [`${first.shown.size} (shown)`] : []
    const heads = ['', ...first.cells.map(({ size }) => told(size)), ...beyond, 'Slope']
    const rows = series.map(({ deed, cells, shown, slope }) => [
      deed,
      ...cells.map(({ cpuMs }) => cpuMs.toFixed(2)),
      ...(shown ? [shown.cpuMs.toFixed(2)] : []),
      slope.toFixed(3),
    ])
    return `By number of ${by}:\n\n${table(heads, rows)}`
  }
  return `## Old and full accounts

Milliseconds of CPU for one operation. Units are the same at every size, which is gated; the slope on logarithmic scales, 0
where nothing grows and 1 where cost is in proportion, may be ${ratios.slope}. A program may open 256 lots at most.

${of('entries')}

${of('lots')}`
}

export function jobsPart({ runs, readsPerByte }: JobsFigures): string {
  const rows = runs.map(({ job, members, worked, units, cpuMs, heapBytes }) => [
    job,
    ...[members, worked, units.requests, units.writes, units.reads].map(told),
    (cpuMs / worked).toFixed(3),
    (heapBytes / 1e6).toFixed(1),
  ])
  const heads = ['Job', 'Members', 'Items', 'Requests', 'Write units', 'Read units', 'CPU ms each', 'Heap MB']
  return `## Sweep and audit

One member in fifty has points that expired the day before; each has one receipt. Items are the accounts that the sweep settles
and the entries that the audit checks. Every page has a limit, units are gated (without the saving of progress, which is once a minute), heap may grow by a tenth when members double,
and CPU for each item by a fifth. The audit takes ${told(readsPerByte * 1e9)} read units for each GB of the ledger, where a
scan that is not strongly consistent takes 122,070. How long a scan takes is not told: it says more about the engine than about the product.

${table(heads, rows)}`
}

export function loadsPart(introduction: string, loads: readonly Load[]): string {
  const rows = loads.map(({ what, callers, perSecond, p50Ms, p99Ms }) => [
    what,
    ...[callers, perSecond, p50Ms, p99Ms].map(told),
  ])
  return `${introduction}\n\n${table(['What', 'Callers', 'A second', 'p50 ms', 'p99 ms'], rows)}`
}

function range({ median, least, most }: Spread, digits: number): string {
  const figure = (number: number) => number.toFixed(digits)
  return `${figure(median)} (${figure(least)} to ${figure(most)})`
}
