/** The Lambda function of the nightly audit: ticked every hour, it works once a day and goes on where it stopped. */
import middy from '@middy/core'
import type { Context as LambdaContext } from 'aws-lambda'
import { parseEnv } from '../platform/env.ts'
import { audit } from '../points/audit.ts'
import { workerContext } from './worker-services.ts'

/** Left for the page that is under way when the time is up, and for saying so. */
const MARGIN_MS = 20_000
const LEAST_MS = 1_000

const contextFor = workerContext(() => parseEnv('audit', process.env))

export const handler = middy<unknown>().handler((_tick: unknown, lambda: LambdaContext) => {
  const milliseconds = Math.max(LEAST_MS, lambda.getRemainingTimeInMillis() - MARGIN_MS)
  return audit(contextFor(lambda.awsRequestId), { milliseconds })
})
