/** The shape of what each case measures, as it is kept in `results.json` and printed in `docs/costs.md`. */
import * as z from 'zod'

export const Units = z.strictObject({
  requests: z.number(),
  /** Of tables; those of their indexes are in their own column. */
  writes: z.number(),
  reads: z.number(),
  index: z.number(),
})
export type Units = z.infer<typeof Units>

const Range = z.strictObject({ median: z.number(), least: z.number(), most: z.number() })

export const Operation = z.strictObject({
  name: z.string(),
  title: z.string(),
  isHttp: z.boolean(),
  units: Units,
  /** Bytes of each item that was written. */
  items: z.array(z.number()),
  /** Bytes of the line that the command logged. */
  logBytes: z.number(),
})
export type Operation = z.infer<typeof Operation>

export const Weight = z.strictObject({ bytes: z.number(), writes: z.number(), reads: z.number() })
export type Weight = z.infer<typeof Weight>
export const UnitsFigures = z.strictObject({
  operations: z.array(Operation),
  accounts: z.strictObject({ usual: Weight, largest: Weight }),
})
export type UnitsFigures = z.infer<typeof UnitsFigures>

export const BundlesFigures = z.record(
  z.string(),
  z.strictObject({ bytes: z.number(), gzip: z.number(), modules: z.number() }),
)
export type BundlesFigures = z.infer<typeof BundlesFigures>

/** How many of what is paid for without a request stand in the templates. */
export const TemplateFigures = z.strictObject({
  keys: z.number(),
  alarms: z.number(),
  dashboards: z.number(),
  secrets: z.number(),
  /** Pairs of a role and a table whose rows it may read or write. */
  tableUses: z.number(),
  functions: z.number(),
  /** Functions for which Lambda writes no line of its own for each invocation. */
  quietFunctions: z.number(),
  /** Distinct metrics that filters make of log lines. */
  metrics: z.number(),
})
export type TemplateFigures = z.infer<typeof TemplateFigures>

export const JobRun = z.strictObject({
  job: z.string(),
  members: z.number(),
  /** How many accounts or entries it worked on. */
  worked: z.number(),
  units: Units,
  /** The most items that one request asked for. */
  limit: z.number(),
  cpuMs: z.number(),
  heapBytes: z.number(),
})
export type JobRun = z.infer<typeof JobRun>
/** `readsPerByte`: what the audit takes for each byte of the ledger. */
export const JobsFigures = z.strictObject({ runs: z.array(JobRun), readsPerByte: z.number() })
export type JobsFigures = z.infer<typeof JobsFigures>

const Start = z.strictObject({
  name: z.string(),
  importCpuMs: Range,
  importMs: Range,
  /** From the beginning of the import to the answer of the first award, program and store read on the way. */
  firstWriteMs: Range,
})
/** `ratio`: CPU of importing points over that of importing the bare client, medians. */
export const StartFigures = z.strictObject({ starts: z.array(Start), ratio: z.number() })
export type StartFigures = z.infer<typeof StartFigures>

const Form = z.strictObject({ name: z.string(), title: z.string(), cpuMs: Range, wallMs: Range })
export const OverheadFigures = z.strictObject({
  operations: z.number(),
  repeats: z.number(),
  forms: z.array(Form),
  /** CPU of the handler over that of the bare pair: the median of the ratios of the repeats. */
  ratio: z.number(),
})
export type OverheadFigures = z.infer<typeof OverheadFigures>

const Cell = z.strictObject({ size: z.number(), units: Units, cpuMs: z.number() })
export type Cell = z.infer<typeof Cell>
export const Series = z.strictObject({
  deed: z.string(),
  by: z.enum(['entries', 'lots']),
  cells: z.array(Cell),
  slope: z.number(),
  /** Beyond what is gated. */
  shown: Cell.optional(),
})
export type Series = z.infer<typeof Series>
export const FlatnessFigures = z.array(Series)
export type FlatnessFigures = z.infer<typeof FlatnessFigures>

export const Load = z.strictObject({
  what: z.string(),
  callers: z.number(),
  requests: z.number(),
  perSecond: z.number(),
  p50Ms: z.number(),
  p99Ms: z.number(),
})
export type Load = z.infer<typeof Load>
export const ThroughputFigures = z.array(Load)

export const PeerFigures = z.strictObject({
  /** Empty where no server was at hand. */
  version: z.string(),
  loads: z.array(Load),
})
export type PeerFigures = z.infer<typeof PeerFigures>

export const MonthLine = z.strictObject({
  part: z.enum(['requests', 'storage', 'fixed']),
  what: z.string(),
  count: z.number(),
  dollars: z.number(),
})
export type MonthLine = z.infer<typeof MonthLine>

export const CostFigures = z.strictObject({
  /** US dollars per million. */
  operations: z.array(z.strictObject({ name: z.string(), title: z.string(), dynamodb: z.number(), all: z.number() })),
  month: z.array(MonthLine),
  totals: z.strictObject({ requests: z.number(), storage: z.number(), fixed: z.number(), total: z.number() }),
})
export type CostFigures = z.infer<typeof CostFigures>
