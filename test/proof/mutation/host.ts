/** Builds the stage for each mutant with esbuild, without a file on disk, and plays stories on it. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, relative } from 'node:path'
import { compileFunction } from 'node:vm'
import { build, type Plugin } from 'esbuild'
import { engine, engineConfig } from '../../support/engine.ts'
import { freshTables } from '../../support/tables.ts'
import type { Removal } from './condition.ts'
import type { Told } from './stage.ts'

const ROOT = join(import.meta.dirname, '..', '..', '..')
const STAGE = join(import.meta.dirname, 'stage.ts')

export type Edit = { readonly file: string; readonly find: string; readonly replace: string }
export type Stage = Pick<typeof import('./stage.ts'), 'names' | 'play' | 'close'>

/** @throws when the text is not there exactly once, so that a mutant can never quietly change nothing. */
export function edited({ file, find, replace }: Edit): string {
  const text = readFileSync(join(ROOT, file), 'utf8')
  const parts = text.split(find)
  if (parts.length !== 2) throw new Error(`${file} has ${parts.length - 1} times, not once: ${find}`)
  return parts.join(replace)
}

/** The product with one edit, or as it is. */
export async function stageOf(edit?: Edit): Promise<Stage> {
  const { outputFiles } = await build({
    entryPoints: [STAGE],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'cjs',
    packages: 'external',
    logLevel: 'silent',
    plugins: edit ? [editing(edit)] : [],
  })
  const [output] = outputFiles
  if (output === undefined) throw new Error('nothing was built')
  const module = { exports: {} as Stage }
  // CommonJS in a function of its own, because that can be thrown away again; modules stay in memory for ever.
  const run = compileFunction(output.text, ['require', 'module', 'exports'], { filename: edit?.file ?? 'stage.cjs' })
  run(createRequire(STAGE), module, module.exports)
  return module.exports
}

function editing(edit: Edit): Plugin {
  return {
    name: 'edit',
    setup({ onLoad }) {
      onLoad({ filter: /\.ts$/ }, ({ path }) =>
        relative(ROOT, path) === edit.file ? { contents: edited(edit), loader: 'ts' } : undefined,
      )
    },
  }
}

/** Patient, because a machine that is busy with other things says nothing about the product. */
const PATIENCE = { requestHandler: { connectionTimeout: 30_000, requestTimeout: 30_000 } }

export async function playOn(stage: Stage, story: string, removal?: Removal): Promise<Told> {
  const { endpoint } = await engine()
  const config = { ...engineConfig(endpoint), ...PATIENCE }
  return stage.play(story, { config, names: await freshNames(), freshNames }, removal)
}

async function freshNames() {
  try {
    return (await freshTables()).names
  } catch (error) {
    // On a busy machine the client may have asked twice; the next tables have other names.
    if (!(error instanceof Error) || error.name !== 'ResourceInUseException') throw error
    return (await freshTables()).names
  }
}
