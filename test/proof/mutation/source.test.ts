import { beforeAll, describe, expect, test } from 'vitest'
import { DEPTH } from '../depth.ts'
import { commit } from '../report.ts'
import { SOURCE_MUTANTS } from './edits.ts'
import { edited, type Stage, stageOf } from './host.ts'
import { judge, type Verdict } from './mutants.ts'
import { readPage, writeReport } from './page.ts'

const page = readPage()
const BLIND = 'functions/points/entry.ts'

describe('checks in the source', () => {
  test('stand where they are taken away, exactly once, so that no mutant is the product itself', () => {
    const failed = SOURCE_MUTANTS.flatMap(({ name, edit }) => {
      try {
        return edited(edit).includes(edit.find) && !edit.replace.includes(edit.find)
          ? [`${name}: nothing is changed`]
          : []
      } catch (error) {
        return [`${name}: ${error}`]
      }
    })
    expect(failed).toEqual([])
  })

  test('have names of their own and are all on the page', () => {
    const names = SOURCE_MUTANTS.map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
    expect(
      Object.keys(page)
        .filter((name) => !name.startsWith('without '))
        .sort(),
    ).toEqual(names.sort())
  })
})

describe('a mutant', () => {
  let stage: Stage
  beforeAll(async () => {
    stage = await stageOf()
  })

  test('that changes nothing is noticed by nobody, so that a story which always fails proves nothing', async () => {
    const edit = { file: BLIND, find: 'const entries: Entry[] = []', replace: 'const entries: Entry[] = [] ' }
    const [story = ''] = stage.names
    const verdict = await judge({ name: 'nothing', edit }, stage, { stories: [story], first: undefined })
    expect(verdict).toEqual({ name: 'nothing' })
  })

  test('that cannot run is told apart from one that was noticed', async () => {
    const edit = { file: BLIND, find: 'const entries: Entry[] = []', replace: 'const entries = nowhere' }
    const verdict = await judge({ name: 'broken', edit }, stage, { stories: stage.names, first: undefined })
    expect(verdict).toMatchObject({ flaw: expect.stringContaining('nowhere') })
  })

  test('whose text is not in the file is not built', async () => {
    await expect(stageOf({ file: BLIND, find: 'no such text', replace: '' })).rejects.toThrow('0 times')
  })
})

/** All of them take minutes, and `npm run guards` takes them; other runs take a few, spread over the files, others for each commit. */
const STRIDE = { quick: 12, ci: 3, soak: 1 }[DEPTH.name]
const TURN = (Number.parseInt(commit().slice(0, 6), 16) || 0) % STRIDE

describe('each check', () => {
  test('is missed by a story when it is taken away', async () => {
    const stage = await stageOf()
    const chosen = SOURCE_MUTANTS.filter((_, index) => index % STRIDE === TURN)
    const verdicts: Verdict[] = []
    for (const mutant of chosen) {
      verdicts.push(await judge(mutant, stage, { stories: stage.names, first: page[mutant.name] }))
    }
    writeReport('mutants-source', verdicts)
    const told = verdicts.map(({ name, story, flaw }) => `${name}: ${flaw ?? story ?? 'nobody notices'}`)
    expect(told).toEqual(chosen.map(({ name }) => `${name}: ${page[name] ?? 'is not on the page'}`))
  }, 1_200_000)
})
