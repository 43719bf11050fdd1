/** What can be wrong with a data folder is said in one sentence before anything is started. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { openDataFolder } from '../../local/data-folder.ts'
import { Remedy } from '../../local/remedy.ts'

const root = mkdtempSync(join(tmpdir(), 'revisit-folder-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

describe('a data folder', () => {
  test('is made with its parents, also where its name has spaces', () => {
    const folder = join(root, 'of a shop', 'in town')
    openDataFolder(folder)
    openDataFolder(folder)
    expect(existsSync(folder)).toBe(true)
  })

  test.each(['', 'below'])('that is a file or lies in one (%j) is refused by name', (below) => {
    const file = join(root, 'a-file')
    writeFileSync(file, '')
    expect(() => openDataFolder(join(file, below))).toThrow(Remedy)
    expect(() => openDataFolder(join(file, below))).toThrow(/a-file.*name another one with DATA_DIR/)
  })

  test('where the system allows none is refused and does not keep the run busy for ever', () => {
    expect(() => openDataFolder('/proc/revisit/data')).toThrow(Remedy)
  })
})
