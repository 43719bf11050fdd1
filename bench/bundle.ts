/**
 * Every function as it is deployed, and beside them the bare client as everybody bundles it: by the same settings, but with
 * all that the client brings along.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { gzipSync } from 'node:zlib'
import { type BuildOptions, build, stop } from 'esbuild'
import { BUNDLING, ENTRIES, ROOT } from '../local/build.ts'

export const BARE = 'bare client'

export type Bundle = {
  readonly name: string
  readonly code: Uint8Array
  /** Modules of which something is in the bundle, from the root of the project. */
  readonly modules: readonly string[]
}

export async function bundles(): Promise<Bundle[]> {
  const bare = { [`${BARE}/index`]: join(import.meta.dirname, 'bare-client.ts') }
  const made = [...(await bundled(ENTRIES, {})), ...(await bundled(bare, { plugins: [] }))]
  await stop()
  return made
}

async function bundled(entryPoints: Readonly<Record<string, string>>, options: BuildOptions): Promise<Bundle[]> {
  const outdir = join(ROOT, 'dist', 'bench')
  const fixed = { absWorkingDir: ROOT, outdir, outExtension: { '.js': '.mjs' } }
  const { outputFiles, metafile } = await build({
    ...{ ...BUNDLING, ...options, ...fixed, entryPoints: { ...entryPoints } },
    ...{ write: false, metafile: true },
  })
  return outputFiles.map(({ path, contents }) => {
    const inputs = metafile.outputs[relative(ROOT, path)]?.inputs ?? {}
    const modules = Object.entries(inputs).flatMap(([module, { bytesInOutput }]) => (bytesInOutput > 0 ? [module] : []))
    return { name: relative(outdir, dirname(path)), code: contents, modules }
  })
}

/** Bytes after gzip at its best, which is about what is transferred and what is read at a cold start. */
export function gzipBytes({ code }: Bundle): number {
  return gzipSync(code, { level: 9 }).byteLength
}

/** @returns the path of the file that Node can import */
export function writeBundle(folder: string, { name, code }: Bundle): string {
  const path = join(folder, name.replace(' ', '-'), 'index.mjs')
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, code)
  return path
}
