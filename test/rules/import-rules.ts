/** Who may import whom. The rules read the table of `rooms.ts`; what a room may not import is named with its reason. */
import { BROKEN_ROOMS } from './room-samples.ts'
import { ALLOWED, type Allowance, CAPABILITIES, type Place, placeOf } from './rooms.ts'
import type { Finding, Rule } from './rule.ts'
import { type Import, importsOf, isCode, type Source, type Tree } from './source.ts'

type Edge = { readonly from: Source; readonly to: Import; readonly target?: Source }

const known = new WeakMap<Tree, readonly Edge[]>()

function edgesOf(tree: Tree): readonly Edge[] {
  const edges = known.get(tree) ?? readEdges(tree)
  known.set(tree, edges)
  return edges
}

function readEdges(tree: Tree): Edge[] {
  const byPath = new Map(tree.map((source) => [source.path, source]))
  return tree
    .filter((source) => isCode(source.path))
    .flatMap((from) =>
      importsOf(from).map((to) => {
        const target = to.path === undefined ? undefined : byPath.get(to.path)
        return { from, to, ...(target && { target }) }
      }),
    )
}

function findingOf({ from, to }: Edge, what: string): Finding {
  return { path: from.path, line: to.line, what: `imports ${to.specifier}: ${what}` }
}

/** One rule per room of the table, so that each says its own reason. */
export const roomRules: readonly Rule[] = Object.entries(ALLOWED).map(([room, allowance]) => ({
  name: `a ${room} file imports only what its room may (${told(allowance)})`,
  why: allowance.why,
  instead: allowance.instead,
  find: (tree: Tree) =>
    edgesOf(tree).flatMap((edge) => {
      const place = placeOf(edge.from)
      return place.room === room ? refused(edge, place, allowance) : []
    }),
  broken: BROKEN_ROOMS[room as keyof typeof ALLOWED],
}))

function told({ packages, platform, own, below, shared }: Allowance): string {
  const parts = [
    packages === 'any' ? 'any package' : packages.join(', '),
    platform === 'any'
      ? 'platform/'
      : Object.keys(platform)
          .map((name) => `platform/${name}`)
          .join(', '),
    shared ? 'shared/' : '',
    own.length > 0 ? `own ${own.join(', ')}` : '',
    below.length > 0 ? `from capabilities below ${below.join(', ')}` : '',
  ]
  return parts.filter(Boolean).join('; ')
}

function refused(edge: Edge, place: Place, allowance: Allowance): Finding[] {
  const { to, target } = edge
  if (to.path === undefined) {
    const name = packageOf(to.specifier)
    const isAllowed = allowance.packages === 'any' || allowance.packages.includes(name)
    return isAllowed ? [] : [findingOf(edge, `a ${place.room} file may not import ${name}`)]
  }
  if (!to.path.startsWith('functions/')) return []
  if (target === undefined) return [findingOf(edge, 'there is no such file')]
  const there = placeOf(target)
  if (there.room === 'platform') return refusedPlatform(edge, allowance)
  if (there.room === 'shared') return allowance.shared ? [] : [findingOf(edge, 'shared/ is not for this room')]
  if (there.capability === undefined) return [findingOf(edge, `${there.room} is not for a ${place.room} file`)]
  const rooms: readonly string[] = there.capability === place.capability ? allowance.own : allowance.below
  const whose = there.capability === place.capability ? 'own' : `${there.capability}’s`
  return rooms.includes(there.room)
    ? []
    : [findingOf(edge, `a ${place.room} file may not import ${whose} ${there.room}`)]
}

function refusedPlatform(edge: Edge, { platform }: Allowance): Finding[] {
  if (platform === 'any') return []
  const name = edge.to.path?.replace(/^functions\/platform\/|\.ts$/g, '') ?? ''
  const allowed = platform[name]
  if (allowed === undefined) return [findingOf(edge, `platform/${name} is not for this room`)]
  const others = allowed === 'all' ? [] : edge.to.names.filter((imported) => !allowed.includes(imported))
  return others.length === 0 ? [] : [findingOf(edge, `of platform/${name} only ${allowed.toString()}, not ${others}`)]
}

function packageOf(specifier: string): string {
  const parts = specifier.split('/')
  return specifier.startsWith('@') ? parts.slice(0, 2).join('/') : (parts[0] ?? '')
}

export const directionRule: Rule = {
  name: `capabilities know only those below them: ${CAPABILITIES.join(' ← ')}`,
  why: 'Downwards one calls the verb; upwards one reacts to the record. A circle is a design fault.',
  instead: 'Hand down what the lower capability must know, or react to its events.',
  find: (tree) =>
    edgesOf(tree).flatMap((edge) => {
      const here = placeOf(edge.from).capability
      const there = edge.target && placeOf(edge.target).capability
      if (here === undefined || there === undefined) return []
      const isUpward = CAPABILITIES.indexOf(there) > CAPABILITIES.indexOf(here)
      return isUpward ? [findingOf(edge, `${here} must not know ${there}`)] : []
    }),
  broken: [
    {
      'functions/members/enrol.ts': "import { award } from '../points/award.ts'\n",
      'functions/points/award.ts': "import { command } from '../platform/command.ts'\n",
    },
    {
      'functions/program/book.ts': "import type { Profile } from '../members/schema.ts'\n",
      'functions/members/schema.ts': '',
    },
  ],
}

export const circleRule: Rule = {
  name: 'no file of the product imports itself by way of others',
  why: 'In a circle the order of loading decides what is undefined, and nobody can be read alone.',
  instead: 'Move what both need into a noun of its own.',
  find(tree) {
    const edges = edgesOf(tree).filter(({ from, to }) => /^(functions|infra)\//.test(from.path) && !to.isType)
    const reached = (start: string): Set<string> => {
      const seen = new Set<string>()
      const queue = [start]
      for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
        for (const { from, to } of edges) {
          if (from.path !== path || to.path === undefined || seen.has(to.path)) continue
          seen.add(to.path)
          queue.push(to.path)
        }
      }
      return seen
    }
    return edges
      .filter(({ from, to }) => to.path !== undefined && reached(to.path).has(from.path))
      .map((edge) => findingOf(edge, 'and is imported by it, directly or by way of others'))
  },
  broken: [
    {
      'functions/points/a.ts': "import { b } from './b.ts'\n",
      'functions/points/b.ts': "import { c } from './c.ts'\n",
      'functions/points/c.ts': "import { a } from './a.ts'\n",
    },
  ],
  kept: [
    {
      'functions/points/a.ts': "import { b } from './b.ts'\n",
      'functions/points/b.ts': "import type { A } from './a.ts'\n",
    },
  ],
}

const FOR_INFRA = ['functions/platform/env.ts', 'functions/platform/table-design.ts']

export const borderRule: Rule = {
  name: 'entry/ is imported by nobody but its tests; functions/ and infra/ import nothing of local/, bench/ and test/; infra/ knows only platform/env.ts and platform/table-design.ts',
  why: 'What is deployed must not know how it is tested or run at home, and what deploys it must not run it.',
  instead: 'Turn the dependency round: local/, bench/ and test/ import the product.',
  find: (tree) =>
    edgesOf(tree).flatMap((edge) => {
      const path = edge.to.path ?? ''
      const from = edge.from.path
      const isOwnTest = /^test\/(functions\/entry|proof\/streams)\//.test(from)
      if (path.startsWith('functions/entry/') && !from.startsWith('functions/entry/') && !isOwnTest)
        return [findingOf(edge, 'an entry is loaded by Lambda and by nobody else but its test')]
      const isProduct = /^(functions|infra)\//.test(from)
      if (isProduct && /^(local|bench|test)\//.test(path)) return [findingOf(edge, 'the product does not know this')]
      if (from.startsWith('functions/') && path.startsWith('infra/'))
        return [findingOf(edge, 'what runs knows no template')]
      const isForeign = from.startsWith('infra/') && path.startsWith('functions/') && !FOR_INFRA.includes(path)
      return isForeign ? [findingOf(edge, 'a template needs names of tables and variables, nothing that runs')] : []
    }),
  broken: [
    { 'local/start.ts': "import { handler } from '../functions/entry/points.ts'\n" },
    { 'functions/points/award.ts': "import { Clock } from '../../local/clock.ts'\n" },
    { 'infra/app.ts': "import { build } from '../local/build.ts'\n" },
    { 'functions/platform/env.ts': "import { stageNamed } from '../../infra/stages.ts'\n" },
    { 'infra/app-stack.ts': "import { award } from '../functions/points/award.ts'\n" },
    { 'functions/points/award.ts': "const later = await import('../../test/support/api.ts')\n" },
  ],
  kept: [{ 'infra/app.ts': "import { TABLES } from '../functions/platform/table-design.ts'\n" }],
}

const MODEL = /^test\/proof\/(?:model(?:-[a-z]+)*|london)\.ts$/

export const modelRule: Rule = {
  name: 'the model of the proof imports itself and nothing else',
  why: 'What shares code with the product agrees with it also where both are wrong.',
  instead: 'Work it out again in test/proof/model-….ts, as plainly as it can be said.',
  find: (tree) =>
    edgesOf(tree).flatMap((edge) => {
      const isForeign = MODEL.test(edge.from.path) && !MODEL.test(edge.to.path ?? '')
      return isForeign ? [findingOf(edge, 'the model must not know this')] : []
    }),
  broken: [
    { 'test/proof/model.ts': "import { settle } from '../../functions/points/settle.ts'\n" },
    { 'test/proof/model-receipts.ts': "import type { Order } from './orders.ts'\n" },
    { 'test/proof/london.ts': "import { Temporal } from 'temporal-polyfill'\n" },
  ],
  kept: [
    {
      'test/proof/model.ts': "import { dayOf } from './london.ts'\nimport { refund } from './model-receipts.ts'\n",
      'test/proof/london.ts': '',
      'test/proof/model-receipts.ts': '',
    },
  ],
}

export const placeRule: Rule = {
  name: `a folder of functions/ is a capability (${CAPABILITIES.join(', ')}), entry, platform or shared, and has no folders`,
  why: 'What you see in functions/ is what is deployed; a room without a place in the table escapes every rule.',
  instead: 'Put the file with its capability, or give a new capability its place in test/rules/rooms.ts.',
  find: (tree) =>
    tree
      .filter((source) => source.path.startsWith('functions/') && placeOf(source).room === 'unknown')
      .map(({ path }) => ({ path, line: 1, what: 'stands in no room' })),
  broken: [{ 'functions/loyalty/x.ts': '' }, { 'functions/points/rules/x.ts': '' }, { 'functions/x.ts': '' }],
}
