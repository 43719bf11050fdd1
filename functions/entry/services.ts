/**
 * The process side of every API function: its environment, its clients, its secret. Read at the first invocation, made
 * once, so that importing a handler costs nothing and asks for nothing.
 */
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { processServices, type Services } from '../platform/context.ts'
import { type FunctionName, parseEnv } from '../platform/env.ts'
import { type Tables, tableClients } from '../platform/table.ts'
import { NOT_OURS } from './worker-services.ts'

type ApiFunction = Extract<FunctionName, 'program' | 'members' | 'points' | 'rewards' | 'reports' | 'sign-in'>

export function servicesFor(functionName: ApiFunction): () => Services {
  let services: Services | undefined
  return () => {
    services ??= makeServices(functionName)
    return services
  }
}

function makeServices(functionName: ApiFunction): Services {
  const env: Partial<Record<string, string>> & { SECRET_ID: string } = parseEnv(functionName, process.env)
  const clients = tableClients()
  const names: Tables['names'] = {
    Ledger: env.LEDGER_TABLE ?? NOT_OURS,
    Members: env.MEMBERS_TABLE ?? NOT_OURS,
    Operations: env.OPERATIONS_TABLE ?? NOT_OURS,
  }
  return processServices((usage) => ({ ...clients, names, usage }), secretReader(env.SECRET_ID))
}

function secretReader(secretId: string): () => Promise<string> {
  let secret: Promise<string> | undefined
  return () => {
    secret ??= readSecret(secretId).catch((error: unknown) => {
      secret = undefined
      throw error
    })
    return secret
  }
}

async function readSecret(secretId: string): Promise<string> {
  const answer = await new SecretsManagerClient({}).send(new GetSecretValueCommand({ SecretId: secretId }))
  if (!answer.SecretString) throw new Error('the secret has no text')
  return answer.SecretString
}
