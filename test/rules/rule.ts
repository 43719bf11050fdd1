/** What a rule is: what it finds in a tree, and the words that teach it to whoever breaks it. */
import type { Tree } from './source.ts'

export type Finding = { readonly path: string; readonly line: number; readonly what: string }

export type Rule = {
  readonly name: string
  readonly why: string
  readonly instead: string
  readonly find: (tree: Tree) => readonly Finding[]
  /** Small trees, by path; each of them breaks the rule. A rule that cannot fail protects nothing. */
  readonly broken: readonly Readonly<Record<string, string>>[]
  /** Small trees that keep it, where it is easily misread. */
  readonly kept?: readonly Readonly<Record<string, string>>[]
}

/** Nothing when the rule is kept; else every place, and what to do. */
export function lesson(rule: Rule, tree: Tree): string {
  const found = rule.find(tree)
  if (found.length === 0) return ''
  const places = found.map(({ path, line, what }) => `  ${path}:${line}  ${what}`)
  return [`Rule: ${rule.name}.`, ...places, `Why: ${rule.why}`, `Do: ${rule.instead}`].join('\n')
}
