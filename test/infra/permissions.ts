/** What a function may do, read from the policies of its role: one line per action and resource. */
import * as z from 'zod'
import type { StageName } from '../../infra/stages.ts'
import { pointsAt, resourcesOf, theResource } from './synthesized.ts'

const oneOrMany = <T extends z.ZodType>(item: T) => z.union([item.transform((value) => [value]), z.array(item)])

const Statement = z.strictObject({
  Effect: z.literal('Allow'),
  Action: oneOrMany(z.string()),
  Resource: z.union([z.array(z.unknown()), z.unknown().transform((value) => [value])]),
  Condition: z.unknown().optional(),
})
const Policy = z.object({
  PolicyDocument: z.object({ Statement: z.array(Statement) }),
  Roles: z.array(z.strictObject({ Ref: z.string() })),
})

export const FUNCTIONS = {
  program: 'Program',
  'sign-in': 'SignIn',
  'staff-sign-in': 'StaffSignIn',
  members: 'Members',
  points: 'Points',
  rewards: 'Rewards',
  reports: 'Reports',
  reactions: 'Reactions',
  auditor: 'Auditor',
  audit: 'Audit',
  sweep: 'Sweep',
} as const
export type Name = keyof typeof FUNCTIONS
/** Every function that is deployed; the type above names each of them once. */
export const NAMES = Object.keys(FUNCTIONS) as Name[]
/** What follows the ledger's stream, and what a schedule sets off. */
export const FOLLOWERS = ['reactions', 'auditor'] as const
export const SCHEDULED = ['sweep', 'audit'] as const
export type Permission = { readonly action: string; readonly resource: string; readonly condition: unknown }

export function roleOf(stage: StageName, name: Name): string {
  const lambda = theResource(stage, 'AWS::Lambda::Function', `${FUNCTIONS[name]}Function`)
  return pointsAt(stage, lambda.Properties.Role).replace(/\.Arn$/, '')
}

export function permissionsOf(stage: StageName, name: Name): Permission[] {
  return permissionsOfRole(stage, roleOf(stage, name))
}

export function permissionsOfRole(stage: StageName, role: string): Permission[] {
  return resourcesOf(stage, 'AWS::IAM::Policy')
    .map((policy) => Policy.parse(policy.Properties))
    .filter((policy) => policy.Roles.some(({ Ref }) => Ref === role))
    .flatMap((policy) => policy.PolicyDocument.Statement)
    .flatMap((statement) =>
      statement.Action.flatMap((action) =>
        statement.Resource.map((resource) => ({
          action,
          resource: pointsAt(stage, resource),
          condition: statement.Condition,
        })),
      ),
    )
}
