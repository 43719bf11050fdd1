/**
 * Publishes a program document as the next version. A published version never changes, and once a receipt was recorded a
 * new one begins tomorrow at the earliest, so that no receipt is calculated by rules that came after it.
 */
import * as z from 'zod'
import { Answer } from '../platform/answer.ts'
import { command } from '../platform/command.ts'
import { etagOf, ifMatchField, requireNoVersion, requireVersion } from '../platform/etag.ts'
import { type FieldError, refuseFields } from '../platform/problem.ts'
import { findings } from '../platform/validation.ts'
import { isoTime } from '../shared/dates.ts'
import { documentErrors } from './document.ts'
import { type Draft, draftOf } from './draft.ts'
import { beginningOf, type Publishing, publicationErrors } from './publication.ts'
import { ProgramDocument, type ProgramView } from './schema.ts'
import { requireActiveStaff } from './staff-current.ts'
import { commitVersion, loadHead, loadVersion } from './store.ts'

/** The document is read by the verb and not by the door, so that pointers are those of the document itself. */
const PutProgramInput = z.strictObject({
  ifMatch: ifMatchField,
  document: z.record(z.string(), z.unknown()),
})

/**
 * Saves and publishes at once: the only admin may publish alone, and the version says so.
 * @returns the document with its number and beginning; in force at once while no receipt was recorded.
 * Refuses: `principal_disabled`, `if_match_required`, `stale_version`, every wrong field of the document in one answer.
 */
export const putProgram = command({
  name: 'program.put',
  input: PutProgramInput,
  allow: ['admin'],
  async run(ctx, input) {
    await requireActiveStaff(ctx)
    const head = await loadHead(ctx)
    if (head) requireVersion(input.ifMatch, head.latest)
    else requireNoVersion(input.ifMatch)
    const publishing: Publishing = {
      now: ctx.now,
      ...(head?.hasReceipts && { previous: (await loadVersion(ctx, head.latest)).document }),
    }
    const given = checked(input.document, publishing)
    const version = (head?.latest ?? 0) + 1
    const effectiveFrom = beginningOf(given, publishing)
    const document = { ...given, version, effectiveFrom }
    await commitVersion(ctx, head, {
      version,
      effectiveFrom,
      publishedAt: isoTime(ctx.now),
      publishedBy: ctx.actor.id,
      selfPublished: true,
      document,
    })
    const view: ProgramView = { document, version, state: head?.hasReceipts ? 'published' : 'in_force' }
    return new Answer(head ? 200 : 201, view, { ETag: etagOf(version) })
  },
})

/** @throws Refusal with all that is wrong, in its fields, between them, and against what was published before. */
function checked(raw: Record<string, unknown>, publishing: Publishing): ProgramDocument {
  const { document, draft, errors } = readDraft(raw)
  const all = [...errors, ...documentErrors(draft), ...publicationErrors(draft, publishing)]
  if (document === undefined || all.length > 0) throw refuseFields(all)
  return document
}

type Reading = { readonly draft: Draft; readonly errors: readonly FieldError[]; readonly document?: ProgramDocument }

/** Sections that are well formed are checked further, although others are not. */
function readDraft(raw: Record<string, unknown>): Reading {
  const whole = ProgramDocument.safeParse(raw)
  if (whole.success) return { document: whole.data, draft: draftOf(whole.data), errors: [] }
  const broken = new Set(
    whole.error.issues.flatMap((issue) =>
      issue.code === 'unrecognized_keys' && issue.path.length === 0 ? issue.keys : [String(issue.path[0])],
    ),
  )
  const sound = Object.fromEntries(Object.entries(raw).filter(([section]) => !broken.has(section)))
  return {
    draft: { sections: ProgramDocument.partial().parse(sound), broken },
    errors: findings(whole.error, raw),
  }
}
