/**
 * Loaded into a worker before anything else: `Date` there tells the virtual time of the run. It is JavaScript because
 * a worker that has to strip types first starts noticeably later.
 */
import { workerData } from 'node:worker_threads'

const RealDate = Date
const offset = new Float64Array(workerData.clock)
const now = () => RealDate.now() + offset[0]

const VirtualDate = new Proxy(RealDate, {
  construct: (target, args, newTarget) => Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
  apply: () => new RealDate(now()).toString(),
  get: (target, property, receiver) => (property === 'now' ? now : Reflect.get(target, property, receiver)),
})
Object.defineProperty(RealDate.prototype, 'constructor', { value: VirtualDate, writable: true, configurable: true })
globalThis.Date = VirtualDate
