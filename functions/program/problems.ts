/** The page of a problem code: what every refusal's `type` points to. */
import * as z from 'zod'
import { command } from '../platform/command.ts'
import { isCode, LANGUAGES, Refusal, STATUS, wording } from '../platform/problem.ts'

export const PROBLEM_CODE = /^[a-z_]{1,64}$/

/** @returns status and words of one code in every language. Refuses: `not_found`. */
export const getProblem = command({
  name: 'program.problem',
  input: z.strictObject({ code: z.string() }),
  allow: 'anyone',
  async run(_ctx, { code }) {
    if (!isCode(code)) throw new Refusal('not_found')
    return {
      code,
      status: STATUS[code],
      title: wording(code, 'en'),
      detail: Object.fromEntries(LANGUAGES.map((language) => [language, wording(code, language)])),
    }
  },
})
