/** The port of the run: `PORT`, or the one that the documents name. */
import { Remedy } from './remedy.ts'

export const DEFAULT_PORT = 8787

export function portFrom(env: NodeJS.ProcessEnv): number {
  const given = env.PORT || String(DEFAULT_PORT)
  const port = Number(given)
  if (/^\d+$/.test(given) && port >= 1 && port <= 65_535) return port
  throw new Remedy(`PORT is a number from 1 to 65535, not ${given}.`)
}
