/** How many streams are run, each with a seed of its own, and what each of them carries. */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Positions } from '../../../local/stream-positions.ts'
import { DEPTH, IS_ONE, SEED } from '../depth.ts'
import { Dice } from '../dice.ts'
import { entriesOf, type Shore } from './shore.ts'
import { HOUR_MS, type Wave } from './tide.ts'

export const RUNS = IS_ONE ? 1 : { quick: 20, ci: 300, soak: 5_000 }[DEPTH.name]
/** So many run at the same time, each with members of its own: between tries of a batch the mapping waits for real. */
const TOGETHER = 20
const MEMBERS_EACH = 2
export const MEMBERS = TOGETHER * MEMBERS_EACH

export function again(seed: number): string {
  return `again: PROOF_SEED=${seed} npm run prove -- --only streams --one`
}

/** Of runs that are under way at the same time none has a member of another. */
export function membersOf({ members }: Shore, seed: number): readonly string[] {
  const slot = seed % TOGETHER
  return members.slice(slot * MEMBERS_EACH, (slot + 1) * MEMBERS_EACH)
}

/** Plays every run. @returns whatever they return, in the order of their seeds. */
export async function playAll<Result>(
  play: (seed: number, positions: Positions) => Promise<Result>,
): Promise<Result[]> {
  const folder = mkdtempSync(join(tmpdir(), 'revisit-proof-'))
  const positions = new Positions(folder)
  const results: Result[] = []
  try {
    for (let from = 0; from < RUNS; from += TOGETHER) {
      const seeds = Array.from({ length: Math.min(TOGETHER, RUNS - from) }, (_, index) => SEED + from + index)
      results.push(...(await Promise.all(seeds.map((seed) => play(seed, positions)))))
    }
    return results
  } finally {
    positions.flush()
    rmSync(folder, { recursive: true, force: true })
  }
}

const GAPS = ['none', 'none', 'too old for the function', 'gone from the stream'] as const
export type Gap = (typeof GAPS)[number]

/** In turn, so that every run of a few sees each of them, and shifted, so that each meets everything else. */
export function gapOf(seed: number): Gap {
  return GAPS[(seed + Math.floor(seed / 12)) % GAPS.length] ?? 'none'
}

/** Every second pair of runs has a row that cannot be read. */
export function isPoisonedRun(seed: number): boolean {
  return Math.floor(seed / 2) % 2 === 0
}

/**
 * The entries of some members as they were written: each member's in order, between those of the others. The older ones
 * waited too long where there is a gap.
 */
export function wavesOf(shore: Shore, seed: number, gap: Gap): Wave[] {
  const dice = new Dice(seed, 'waves')
  const left = membersOf(shore, seed).map((memberId) => [...entriesOf(shore, memberId)])
  const rows = []
  while (left.some((entries) => entries.length > 0)) {
    const row = dice.pick(left.filter((entries) => entries.length > 0)).shift()
    if (row !== undefined) rows.push(row)
  }
  const lost = gap === 'none' ? 0 : dice.between(1, Math.floor(rows.length / 2))
  const ageMs = gap === 'gone from the stream' ? 25 * HOUR_MS : 7 * HOUR_MS
  return rows.map((row, index) => ({ eventName: 'INSERT', row, ...(index < lost && { ageMs }) }))
}

/** A row that no version of the product can read, somewhere among the others. */
export function poisoned(waves: readonly Wave[], seed: number): { readonly waves: Wave[]; readonly at: number } {
  const at = new Dice(seed, 'poison').below(waves.length + 1)
  const poison: Wave = { eventName: 'INSERT', row: { pk: `A#poison-${seed}`, sk: 'E#000000000001', rv: 99 } }
  // It is as old as the record before which it stands, or the oldest would not be the first.
  const { ageMs } = waves[at] ?? {}
  return { waves: waves.toSpliced(at, 0, { ...poison, ...(ageMs !== undefined && { ageMs }) }), at }
}
