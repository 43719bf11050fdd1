/** Which route of an HTTP API answers: exact before `{variable}` before `{proxy+}` before `$default`, as AWS chooses. */
import type { Route } from './deployment-api.ts'

export type Match = { readonly route: Route; readonly pathParameters: Readonly<Record<string, string>> | undefined }

type Segment = { readonly kind: 'exact' | 'variable' | 'greedy'; readonly text: string }
type Compiled = { readonly route: Route; readonly method: string; readonly segments: readonly Segment[] }

const RANK = { exact: 0, variable: 1, greedy: 2 } as const

/** @returns a function from method and decoded path to the route, or to undefined for the gateway's own 404. */
export function routeMatcher(routes: readonly Route[]): (method: string, path: string) => Match | undefined {
  const fallback = routes.find(({ key }) => key === '$default')
  const compiled = routes.filter((route) => route !== fallback).map(compile)
  compiled.sort(byPriority)
  return (method, path) => {
    const parts = path.split('/').slice(1)
    for (const candidate of compiled) {
      if (candidate.method !== 'ANY' && candidate.method !== method) continue
      const pathParameters = parametersOf(candidate.segments, parts)
      if (pathParameters) return { route: candidate.route, pathParameters: orUndefined(pathParameters) }
    }
    return fallback && { route: fallback, pathParameters: undefined }
  }
}

function compile(route: Route): Compiled {
  const [method = '', path] = route.key.split(' ')
  if (!path?.startsWith('/')) throw new Error(`The route ${route.key} is not a method and a path`)
  const segments = path
    .split('/')
    .slice(1)
    .map((text): Segment => {
      const [, name, plus] = /^\{([\w.-]+)(\+?)\}$/.exec(text) ?? []
      if (name === undefined) return { kind: 'exact', text }
      return { kind: plus ? 'greedy' : 'variable', text: name }
    })
  if (segments.slice(0, -1).some(({ kind }) => kind === 'greedy')) {
    throw new Error(`The route ${route.key} has a greedy variable before its end`)
  }
  return { route, method, segments }
}

function byPriority(a: Compiled, b: Compiled): number {
  for (let index = 0; index < Math.max(a.segments.length, b.segments.length); index += 1) {
    const [left, right] = [a.segments[index], b.segments[index]]
    if (!left || !right) break
    if (left.kind !== right.kind) return RANK[left.kind] - RANK[right.kind]
  }
  if (a.method === b.method) return 0
  return a.method === 'ANY' ? 1 : b.method === 'ANY' ? -1 : 0
}

function parametersOf(segments: readonly Segment[], parts: readonly string[]): Record<string, string> | undefined {
  const isGreedy = segments.at(-1)?.kind === 'greedy'
  if (isGreedy ? parts.length < segments.length : parts.length !== segments.length) return undefined
  const found: Record<string, string> = {}
  for (const [index, { kind, text }] of segments.entries()) {
    const part = kind === 'greedy' ? parts.slice(index).join('/') : (parts[index] ?? '')
    if (kind === 'exact' ? part !== text : part === '') return undefined
    if (kind !== 'exact') found[text] = part
  }
  return found
}

function orUndefined(parameters: Record<string, string>): Record<string, string> | undefined {
  return Object.keys(parameters).length > 0 ? parameters : undefined
}
