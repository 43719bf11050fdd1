/** Every case by its name, in the order in which they run: what is exact and quick first. */
import type { Case } from './report.ts'

type Listed = {
  readonly title: string
  /** Part of `--gates`: what only reports is left out there. */
  readonly isGate: boolean
  readonly load: () => Promise<{ readonly run: Case }>
}

export const CASES = {
  units: { title: 'Requests and units per operation', isGate: true, load: () => import('./units.ts') },
  bundles: { title: 'Size and content of the functions', isGate: true, load: () => import('./bundles.ts') },
  template: { title: 'What is paid for without a request', isGate: true, load: () => import('./template.ts') },
  jobs: { title: 'Sweep and audit over many members', isGate: true, load: () => import('./jobs.ts') },
  start: { title: 'Start of a fresh process', isGate: true, load: () => import('./start-up.ts') },
  overhead: { title: 'What the API adds to the bare calls', isGate: true, load: () => import('./overhead.ts') },
  flatness: { title: 'Old and full accounts', isGate: true, load: () => import('./flatness.ts') },
  throughput: { title: 'Requests per second of the local run', isGate: false, load: () => import('./throughput.ts') },
  peer: { title: 'The same in PostgreSQL', isGate: false, load: () => import('./peer.ts') },
} as const satisfies Record<string, Listed>

export type CaseName = keyof typeof CASES
export const CASE_NAMES = Object.keys(CASES) as readonly CaseName[]
