/**
 * Kinds of tests, cheapest first, so that a broken rule is reported before an engine is started. Files that need the
 * engine share one per process, hence no isolation there.
 */
import { defineConfig } from 'vitest/config'

const ENGINE_FILES = ['test/**/*.table.test.ts', 'test/**/*.api.test.ts', 'test/**/*.worker.test.ts']
/** Projects inherit nothing from the root. Patient, because a machine that is busy with other things says nothing of the product. */
const COMMON = { pool: 'forks', maxWorkers: 2, testTimeout: 60_000, hookTimeout: 60_000 } as const
/** On the demo business, by `npm run e2e`. */
const EVERY_SCREEN = ['matrix', 'reflow', 'shots'].map((kind) => `test/e2e/${kind}*.test.ts`)
/** What a day at a shop stands on, in every run of the tests; all other flows by `npm run e2e`. */
const SMOKE = ['journey', 'scanner', 'power-cut'].map((name) => `test/e2e/${name}.test.ts`)
/** In a browser; each worker has a local run for itself, and a page is waited for as long as a person would. */
const FLOWS = {
  ...COMMON,
  globalSetup: ['test/support/one-run.ts'],
  testTimeout: 180_000,
  hookTimeout: 150_000,
  expect: { poll: { timeout: 30_000 } },
}
const OWN_PROJECT = ['test/infra/**', 'test/hostile/**', 'test/proof/**', 'test/e2e/**']

export default defineConfig({
  test: {
    projects: [
      { test: { ...COMMON, name: 'rules', include: ['test/*.test.ts'], sequence: { groupOrder: 0 } } },
      {
        test: {
          ...COMMON,
          name: 'pure',
          include: ['test/*/**/*.test.ts'],
          exclude: [...ENGINE_FILES, ...OWN_PROJECT],
          isolate: false,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          ...COMMON,
          name: 'engine',
          include: ENGINE_FILES,
          exclude: OWN_PROJECT,
          setupFiles: ['test/support/setup.ts'],
          isolate: false,
          sequence: { groupOrder: 2 },
        },
      },
      {
        test: {
          ...COMMON,
          name: 'infra',
          include: ['test/infra/**/*.test.ts'],
          isolate: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 3 },
        },
      },
      {
        test: {
          ...COMMON,
          name: 'hostile',
          include: ['test/hostile/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 4 },
        },
      },
      {
        test: {
          ...COMMON,
          name: 'proof',
          include: ['test/proof/**/*.test.ts'],
          testTimeout: 1_200_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 5 },
        },
      },
      { test: { ...FLOWS, name: 'smoke', include: SMOKE, sequence: { groupOrder: 6 } } },
      {
        test: {
          ...FLOWS,
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          exclude: [...EVERY_SCREEN, ...SMOKE],
          // Flows wait more than they work.
          maxWorkers: 3,
          sequence: { groupOrder: 7 },
        },
      },
      {
        test: {
          ...COMMON,
          name: 'screens',
          include: EVERY_SCREEN,
          globalSetup: ['test/support/demo-run.ts'],
          maxWorkers: 3,
          testTimeout: 120_000,
          hookTimeout: 150_000,
          sequence: { groupOrder: 8 },
        },
      },
    ],
  },
})
