/** What may be said on the command line. */
import { parseArgs } from 'node:util'
import { CASE_NAMES, CASES, type CaseName } from './cases.ts'

export const USAGE = `usage: npm run bench -- [--gates] [--only name,name] | --page
  --gates   the exact gates and the ratios, and nothing that only reports; changes no file
  --only    these cases: ${CASE_NAMES.join(', ')}
  --page    docs/costs.md once more, from the figures that are there
Without --gates the figures go to bench/results.json and the page docs/costs.md is made of them.`

export type Options = {
  readonly gatesOnly: boolean
  /** None where only the page is to be made. */
  readonly names: readonly CaseName[]
}

export class UsageError extends Error {}

/** @throws UsageError; undefined where help was asked for */
export function optionsOf(args: readonly string[]): Options | undefined {
  const { values } = parsed(args)
  if (values.help) return undefined
  if (values.page) return { gatesOnly: false, names: [] }
  const wanted = values.only?.split(',') ?? CASE_NAMES
  const unknown = wanted.filter((name) => !CASE_NAMES.some((known) => known === name))
  if (unknown.length > 0) throw new UsageError(`There is no case ${unknown.join(', ')}.`)
  const names = CASE_NAMES.filter((name) => wanted.includes(name) && (!values.gates || CASES[name].isGate))
  if (names.length === 0) throw new UsageError('None of these cases has a gate.')
  return { gatesOnly: values.gates, names }
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        gates: { type: 'boolean', default: false },
        only: { type: 'string' },
        page: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    })
  } catch (error) {
    if (error instanceof TypeError) throw new UsageError(error.message)
    throw error
  }
}
