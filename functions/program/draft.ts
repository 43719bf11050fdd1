/** A program document on its way to being published, and how the checks on it say what they found. */
import type { Code, FieldError } from '../platform/problem.ts'
import type { ProgramDocument } from './schema.ts'

/** `sections` are those that are well formed; `broken` names the others, which is not the same as being switched off. */
export type Draft = {
  readonly sections: Partial<ProgramDocument>
  readonly broken: ReadonlySet<string>
}

export function draftOf(document: ProgramDocument): Draft {
  return { sections: document, broken: new Set() }
}

export function finding(isWrong: boolean, pointer: string, code: Code): FieldError[] {
  return isWrong ? [{ pointer, code }] : []
}

/** Each item whose id stood before it, also in `taken`. */
export function duplicateIds(
  items: readonly { readonly id: string }[],
  at: string,
  taken: readonly { readonly id: string }[] = [],
): FieldError[] {
  const seen = new Set(taken.map((item) => item.id))
  return items.flatMap(({ id }, index) => {
    const isTaken = seen.has(id)
    seen.add(id)
    return finding(isTaken, `${at}/${index}/id`, 'duplicate_id')
  })
}

/** Tiers that a match names and the program does not have. */
export function unknownTiers(draft: Draft, named: readonly string[] | undefined, at: string): FieldError[] {
  if (draft.broken.has('tiers')) return []
  const known = new Set(draft.sections.tiers?.levels.map((level) => level.id))
  return (named ?? []).flatMap((tier, index) => finding(!known.has(tier), `${at}/tiers/${index}`, 'invalid_value'))
}
