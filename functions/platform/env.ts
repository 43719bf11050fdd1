/**
 * The environment each function receives. The template writes exactly these variables and the
 * function parses exactly these, so a forgotten one fails at synthesis and not at night.
 */
import * as z from 'zod'

const name = z.string().min(1).max(2048)

const tables = { LEDGER_TABLE: name, MEMBERS_TABLE: name, OPERATIONS_TABLE: name }

export const FUNCTION_ENV = {
  /** `SECRET_ID` names the secret whose value keys contact digests and cursors; `VERSION` and `COMMIT` are what `/v1/health` reports. */
  program: z.object({ OPERATIONS_TABLE: name, SECRET_ID: name, STAFF_POOL_ID: name, VERSION: name, COMMIT: name }),
  'sign-in': z.object({ ...tables, SECRET_ID: name }),
  'staff-sign-in': z.object({ OPERATIONS_TABLE: name }),
  members: z.object({ ...tables, SECRET_ID: name }),
  points: z.object({ ...tables, SECRET_ID: name }),
  rewards: z.object({ ...tables, SECRET_ID: name }),
  reports: z.object({ OPERATIONS_TABLE: name, SECRET_ID: name }),
  reactions: z.object({ EVENT_BUS: name, OPERATIONS_TABLE: name }),
  auditor: z.object({ LEDGER_TABLE: name, OPERATIONS_TABLE: name }),
  audit: z.object({ LEDGER_TABLE: name, OPERATIONS_TABLE: name }),
  sweep: z.object({ LEDGER_TABLE: name, OPERATIONS_TABLE: name }),
} as const

export type FunctionName = keyof typeof FUNCTION_ENV
export type FunctionEnv<N extends FunctionName> = z.infer<(typeof FUNCTION_ENV)[N]>

/** @throws ZodError at the first invocation when the deployment and the code disagree. */
export function parseEnv<N extends FunctionName>(
  functionName: N,
  env: Record<string, string | undefined>,
): FunctionEnv<N> {
  return FUNCTION_ENV[functionName].parse(env) as FunctionEnv<N>
}
