/**
 * Sources as the rules see them: the text, and the same text with comments and the contents of strings blanked, so that
 * a rule about code is never answered by a sentence about code. Nothing here knows a rule.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'

export type Source = {
  /** From the root of the project, with forward slashes. */
  readonly path: string
  readonly text: string
  /** The text of the same length and lines, without comments and the contents of strings and regular expressions. */
  readonly code: string
}

export type Tree = readonly Source[]

/** `{ 'functions/points/x.ts': '…' }` as a tree, for samples. */
export function treeOf(files: Readonly<Record<string, string>>): Tree {
  return Object.entries(files).map(([path, text]) => ({ path, text, code: isCode(path) ? masked(text) : text }))
}

/** Every file below the root that git would not ignore. */
export function readTree(root: string): Tree {
  const ignored = readFileSync(join(root, '.gitignore'), 'utf8').split('\n').filter(Boolean).map(ignorePattern)
  const walk = (folder: string): string[] =>
    readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`
      if (entry.name === '.git' || ignored.some((pattern) => pattern.test(path))) return []
      return entry.isDirectory() ? walk(path) : [path]
    })
  return treeOf(Object.fromEntries(walk('').map((path) => [path, readFileSync(join(root, path), 'utf8')])))
}

/** The few forms that our .gitignore uses: a folder anywhere, a path from the root, an ending. */
function ignorePattern(line: string): RegExp {
  const name = line
    .replace(/\/$/, '')
    .replace(/[.+?^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '[^/]*')
  return new RegExp(name.includes('/') ? `^${name}(/|$)` : `(^|/)${name}(/|$)`)
}

export function isCode(path: string): boolean {
  return /\.(tsx?|mts|mjs|js)$/.test(path)
}

export function lineAt({ text }: Pick<Source, 'text'>, index: number): number {
  return text.slice(0, index).split('\n').length
}

const COMMENT = /\/\/[^\n]*|\/\*[\s\S]*?\*\//y
const STRING = /'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"/y
const REGEX = /\/(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/y
const TEMPLATE = /(?:[^`\\$]|\\[\s\S]|\$(?!\{))*(?:`|\$\{)/y
const PLAIN = /[^'"`/{}]+/y
/** What stands before a slash that begins a regular expression and not a division. */
const BEFORE_REGEX = /(?:^|[=(,:[!&|?{};+*%~^<>-]|\b(?:return|typeof|case|await|throw))\s*$/

/** Blanks comments, strings, templates but for their expressions, and regular expressions. */
export function masked(text: string): string {
  /** For each open template: how many braces are open inside its `${`. */
  const templates: number[] = []
  let code = ''
  const takeTemplate = () => {
    const part = take(text, code.length, TEMPLATE) ?? text.slice(code.length)
    if (part.endsWith('${')) templates.push(0)
    code += part.endsWith('${') ? `${blank(part.slice(0, -2))}\${` : `${blank(part.slice(0, -1))}\``
  }
  while (code.length < text.length) {
    const at = code.length
    const character = text.charAt(at)
    const open = templates.at(-1)
    const comment = take(text, at, COMMENT)
    const string = comment === undefined ? take(text, at, STRING) : undefined
    const isRegex = character === '/' && comment === undefined && BEFORE_REGEX.test(code.slice(-40))
    if (comment !== undefined) code += blank(comment)
    else if (string !== undefined) code += quoted(string)
    else if (isRegex) code += quoted(take(text, at, REGEX) ?? character)
    else if (character === '`') {
      code += character
      takeTemplate()
    } else if (character === '}' && open === 0) {
      templates.pop()
      code += character
      takeTemplate()
    } else {
      if (open !== undefined && character === '{') templates[templates.length - 1] = open + 1
      if (open !== undefined && character === '}') templates[templates.length - 1] = open - 1
      code += take(text, at, PLAIN) ?? character
    }
  }
  return code
}

function take(text: string, at: number, pattern: RegExp): string | undefined {
  pattern.lastIndex = at
  return pattern.exec(text)?.[0]
}

function blank(text: string): string {
  return text.replace(/[^\n]/g, ' ')
}

function quoted(text: string): string {
  return text.length < 2 ? text : `${text.charAt(0)}${blank(text.slice(1, -1))}${text.charAt(0)}`
}

export type Import = {
  readonly specifier: string
  /** From the root, for a file of ours. */
  readonly path?: string
  readonly names: readonly string[]
  /** Nothing of it is left when the types are stripped. */
  readonly isType: boolean
  readonly line: number
}

const IMPORT = /\b(?:import|export)\s+(type\s)?\s*([\w$\s,*]*(?:\{[^}]*\})?)\s*from\s*'|\bimport\s*\(?\s*'/g

export function importsOf(source: Source): Import[] {
  return [...source.code.matchAll(IMPORT)].map((match) => {
    const start = match.index + match[0].length
    const specifier = source.text.slice(start, source.text.indexOf("'", start))
    const parts = (match[2] ?? '').split(/[{},]/).filter((part) => part.trim() !== '')
    const isType = match[1] !== undefined || (parts.length > 0 && parts.every((part) => /^\s*type\s/.test(part)))
    return {
      specifier,
      names: parts.map((part) =>
        part
          .trim()
          .replace(/^type\s+/, '')
          .replace(/\s+as\s.*$/s, ''),
      ),
      isType,
      line: lineAt(source, match.index),
      ...(specifier.startsWith('.') && { path: normalize(join(dirname(source.path), specifier)) }),
    }
  })
}

export type FunctionShape = {
  readonly line: number
  readonly lines: number
  readonly parameters: number
  /** What stands before it on its line. */
  readonly before: string
}

const HEADS = [
  /\bfunction\b\s*\*?\s*[\w$]*\s*(?:<[^(]*>)?\s*\(/g,
  /(?<![\w$.)]\s?)(?:async\s*)?(?:<[^()]*>)?\(/g,
  /(?<=[{};,\n]\s*(?:(?:static|async|override|get|set)\s+)*)#?(?!(?:if|for|while|switch|catch|return|function|with)\b)[\w$]+(?:<[^(]*>)?\(/g,
]

/** Functions, methods and arrows with a list of parameters; an arrow without a block counts the lines of its list. */
export function functionsOf(source: Source): FunctionShape[] {
  const found = new Map<number, FunctionShape>()
  for (const [kind, head] of HEADS.entries()) {
    for (const match of source.code.matchAll(head)) {
      const open = match.index + match[0].length - 1
      const shape = shapeAt(source, { start: match.index, open, isArrow: kind === 1 })
      if (shape) found.set(open, shape)
    }
  }
  return [...found.values()].sort((a, b) => a.line - b.line)
}

function shapeAt(source: Source, at: { start: number; open: number; isArrow: boolean }): FunctionShape | undefined {
  const { code } = source
  const close = closing(code, at.open)
  if (close === undefined) return undefined
  const rest = code.slice(close + 1)
  const body = at.isArrow ? arrowBody(rest) : blockAfter(rest)
  if (body === undefined) return undefined
  const end = code.charAt(close + 1 + body) === '{' ? (closing(code, close + 1 + body) ?? close) : close
  const line = lineAt(source, at.start)
  const before = code.slice(code.lastIndexOf('\n', at.start - 1) + 1, at.start)
  const parameters = parametersIn(code.slice(at.open + 1, close))
  return { line, lines: lineAt(source, end) - line + 1, parameters, before }
}

/** @returns where the body begins behind `=>`, which may follow a return type. */
function arrowBody(rest: string): number | undefined {
  const arrow = /^\s*(?::[^;={}]*)?=>\s*/.exec(rest)
  return arrow ? arrow[0].length : undefined
}

/** @returns where `{` stands, behind a return type that may itself have braces. */
function blockAfter(rest: string): number | undefined {
  const typed = /^\s*(?::\s*)?/.exec(rest)?.[0].length ?? 0
  let at = typed
  const hasType = rest.slice(0, typed).includes(':')
  while (hasType && at < rest.length && rest.charAt(at) !== '\n') {
    const character = rest.charAt(at)
    if (character === '{' && /[\w$>\])}]\s*$/.test(rest.slice(typed, at))) return at
    if ('{([<'.includes(character)) at = (closing(rest, at) ?? rest.length) + 1
    else at += 1
  }
  return !hasType && rest.charAt(at) === '{' ? at : undefined
}

const PAIRS: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}', '<': '>' }

/** @returns the index of the bracket that closes the one at `open`; `=>` closes nothing. */
function closing(code: string, open: number): number | undefined {
  const opener = code.charAt(open)
  const closer = PAIRS[opener]
  let depth = 0
  for (let at = open; at < code.length; at += 1) {
    const character = code.charAt(at)
    if (character === opener) depth += 1
    else if (character === closer && code.charAt(at - 1) !== '=') depth -= 1
    if (depth === 0) return at
  }
  return undefined
}

function parametersIn(list: string): number {
  let depth = 0
  let count = 0
  let isFilled = false
  for (const [at, character] of [...list].entries()) {
    if ('([{<'.includes(character)) depth += 1
    else if (')]}'.includes(character) || (character === '>' && list.charAt(at - 1) !== '=')) depth -= 1
    if (character === ',' && depth === 0) {
      count += isFilled ? 1 : 0
      isFilled = false
    } else if (/\S/.test(character)) isFilled = true
  }
  return count + (isFilled ? 1 : 0)
}
