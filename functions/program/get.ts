/** Shows the program in force. */
import * as z from 'zod'
import { Answer } from '../platform/answer.ts'
import { command } from '../platform/command.ts'
import { etagOf } from '../platform/etag.ts'
import { Refusal } from '../platform/problem.ts'
import { versionAt } from './book.ts'
import { latestBook } from './current.ts'
import type { ProgramView } from './schema.ts'

export const READERS = ['cashier', 'pos', 'manager', 'marketer', 'admin', 'auditor'] as const

/**
 * @returns the document that rules now; the ETag names the latest publication, which may begin later, because that is
 * what the next one follows.
 * Refuses: `not_found` before the first publication.
 */
export const getProgram = command({
  name: 'program.get',
  input: z.strictObject({}),
  allow: READERS,
  async run(ctx) {
    const book = await latestBook(ctx)
    if (book === undefined) throw new Refusal('not_found')
    const { version, document } = versionAt(book, ctx.now)
    const view: ProgramView = { document, version, state: 'in_force' }
    return new Answer(200, view, { ETag: etagOf(book.latest) })
  },
})
