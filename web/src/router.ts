/** Which screen a path is, and which path a screen has: one table per area, typed by the path's own parameters. */

/** `'/rewards/:id'` has the parameter `id`. */
export type ParamsOf<Path extends string> = Path extends `${string}:${infer Name}/${infer Rest}`
  ? Record<Name | keyof ParamsOf<`/${Rest}`>, string>
  : Path extends `${string}:${infer Name}`
    ? Record<Name, string>
    : Record<never, string>

export type RouteTable = Readonly<Record<string, string>>
export type Match<T extends RouteTable> = {
  readonly [N in keyof T]: { readonly name: N; readonly params: ParamsOf<T[N]> }
}[keyof T]

/** @param base without a slash at its end: `''` or `'/staff'`. */
export function routesOf<const T extends RouteTable>(base: string, table: T) {
  const rows = Object.entries(table).map(([name, path]) => ({ name, ...patternOf(path) }))
  return {
    /** Every screen by its name, for whoever must not forget one. */
    paths: table,
    /** The first row that fits. */
    match(pathname: string): Match<T> | undefined {
      const path = withoutBase(base, pathname)
      for (const { name, pattern, names } of path === undefined ? [] : rows) {
        const found = pattern.exec(path ?? '')
        const values = found?.slice(1).map(decoded) ?? []
        if (found === null || values.includes(undefined)) continue
        return asMatch<T>(name, Object.fromEntries(names.map((param, index) => [param, values[index] ?? ''])))
      }
      return undefined
    },
    href<N extends keyof T & string>(name: N, ...[params]: Arguments<T[N]>): string {
      const values: Readonly<Record<string, string>> = params ?? {}
      const path = (table[name] ?? '/').replace(/:(\w+)/g, (_, param: string) =>
        encodeURIComponent(values[param] ?? ''),
      )
      return `${base}${path}`
    },
  }
}

type Arguments<Path extends string> = keyof ParamsOf<Path> extends never ? [] : [ParamsOf<Path>]

function patternOf(path: string): { readonly pattern: RegExp; readonly names: readonly string[] } {
  const names = [...path.matchAll(/:(\w+)/g)].map(([, name]) => name ?? '')
  const source = path.replace(/[.+*?^${}()|[\]\\]/g, '\\$&').replace(/:\w+/g, '([^/]+)')
  return { pattern: new RegExp(`^${source}/?$`), names }
}

/** Undefined for what no encoding makes. */
function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

/** A path is below the base, or is the base itself with or without its slash. */
function withoutBase(base: string, pathname: string): string | undefined {
  if (base === '') return pathname
  if (pathname === base) return '/'
  return pathname.startsWith(`${base}/`) ? pathname.slice(base.length) : undefined
}

/** Safe because the names and parameters were read from the row of the table that fitted. */
function asMatch<T extends RouteTable>(name: string, params: Record<string, string>): Match<T> {
  return { name, params } as Match<T>
}
