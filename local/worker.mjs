/**
 * One execution environment of one function: loads the bundle once and then answers one invocation at a time, as
 * Lambda does. It is JavaScript because a worker that has to strip types first starts noticeably later.
 */
import { pathToFileURL } from 'node:url'
import { parentPort, workerData } from 'node:worker_threads'

const { bundle, handler: handlerName, context: fixedContext } = workerData

const module = await import(pathToFileURL(bundle).href)
const handler = module[handlerName]
if (typeof handler !== 'function') throw new Error(`${bundle} has no export ${handlerName}`)
parentPort.postMessage({ ready: true })

parentPort.on('message', async ({ payload, requestId, timeoutMs }) => {
  const started = performance.now()
  const context = {
    ...fixedContext,
    awsRequestId: requestId,
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, Math.floor(timeoutMs - (performance.now() - started))),
  }
  try {
    const result = await handler(JSON.parse(payload), context)
    parentPort.postMessage({ ok: true, payload: JSON.stringify(result) ?? 'null' })
  } catch (error) {
    parentPort.postMessage({ ok: false, ...describe(error) })
  }
})

function describe(error) {
  if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: String(error), stack: '' }
  return { errorType: error.name, errorMessage: error.message, stack: error.stack ?? '' }
}
