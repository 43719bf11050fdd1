/** The Lambda function of the daily sweep: ticked every hour, it works once per local date and goes on where it stopped. */
import middy from '@middy/core'
import type { Context as LambdaContext } from 'aws-lambda'
import { parseEnv } from '../platform/env.ts'
import { sweep } from '../points/sweep.ts'
import { workerContext } from './worker-services.ts'

/** Left for what is under way when the time is up. */
const MARGIN_MS = 20_000
const LEAST_MS = 1_000

const contextFor = workerContext(() => parseEnv('sweep', process.env))

export const handler = middy<unknown>().handler(async (_tick: unknown, lambda: LambdaContext) => {
  const ctx = contextFor(lambda.awsRequestId)
  const milliseconds = Math.max(LEAST_MS, lambda.getRemainingTimeInMillis() - MARGIN_MS)
  const swept = await sweep(ctx, { milliseconds })
  const { settled, failed } = swept
  ctx.log({ level: 'info', message: `sweep ${swept.state}`, requestId: ctx.requestId, settled, failed })
  // An error is what the alarm and the failure queue see; what was settled stays settled.
  if (failed > 0) throw new Error(`${failed} accounts could not be settled`)
  return swept
})
