/**
 * What differs between dev, staging and prod, as one table. A stage that holds real members keeps its data
 * whatever happens to its stacks; only dev may be thrown away.
 */
import * as z from 'zod'

const RETENTION_DAYS = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400] as const

const StageSettings = z.strictObject({
  logRetentionDays: z.literal(RETENTION_DAYS),
  /** Retain tables, keys, secret and logs when their stack goes, and refuse to delete a table. */
  keepData: z.boolean(),
  /** Days that a table can be restored to the second; DynamoDB allows 1 to 35. */
  restoreDays: z.int().min(1).max(35),
  alarms: z.boolean(),
  /** Lambda gives CPU by memory; 1,769 MB is one whole core. */
  memoryMegabytes: z.int().min(256).max(1769),
  /** Requests per second and burst of the whole API: a fuse, not a quota. */
  throttle: z.strictObject({ rate: z.int().min(1).max(10_000), burst: z.int().min(1).max(5_000) }),
  /** Exact origins of pages that live elsewhere; our own pages share the origin of the API and need none. */
  corsOrigins: z.array(z.url({ protocol: /^https$/ })).max(10),
  /** An address verified in SES that codes and invitations come from; without it Cognito sends, at most 50 a day. */
  mailFrom: z.email().optional(),
})

const StageTable = z.strictObject({ dev: StageSettings, staging: StageSettings, prod: StageSettings })

export type StageName = keyof z.infer<typeof StageTable>
export type Stage = z.infer<typeof StageSettings> & { readonly name: StageName }

const STAGES = StageTable.parse({
  dev: {
    logRetentionDays: 7,
    keepData: false,
    restoreDays: 1,
    alarms: false,
    memoryMegabytes: 512,
    throttle: { rate: 1_000, burst: 1_000 },
    corsOrigins: [],
  },
  staging: {
    logRetentionDays: 30,
    keepData: true,
    restoreDays: 35,
    alarms: true,
    memoryMegabytes: 512,
    throttle: { rate: 500, burst: 500 },
    corsOrigins: [],
  },
  prod: {
    logRetentionDays: 90,
    keepData: true,
    restoreDays: 35,
    alarms: true,
    memoryMegabytes: 512,
    throttle: { rate: 2_000, burst: 2_000 },
    corsOrigins: [],
  },
})

const StageNames = z.enum(['dev', 'staging', 'prod'])

/** @throws ZodError for a stage that is not in the table. */
export function stageNamed(name: unknown): Stage {
  const known = StageNames.parse(name)
  return { name: known, ...STAGES[known] }
}
