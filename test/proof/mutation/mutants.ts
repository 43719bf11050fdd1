/** Every guard that is taken away, one at a time, and how: on the wire or in the source. */

import { partsOf, type Removal } from './condition.ts'
import { type Edit, playOn, type Stage, stageOf } from './host.ts'
import type { Told } from './stage.ts'

/** `name` says what is missing. */
export type WireMutant = { readonly name: string; readonly removal: Removal }
export type SourceMutant = { readonly name: string; readonly edit: Edit }
export type Mutant = WireMutant | SourceMutant

export type Verdict = {
  readonly name: string
  /** The story that noticed, and what it saw. */
  readonly story?: string
  readonly saw?: string
  /** Why this mutant proves nothing: nobody met it, or it was badly made. */
  readonly flaw?: string
}

/** The whole condition, and each part of it where it has more than one. */
export function removalsOf(conditions: readonly string[]): WireMutant[] {
  return conditions.flatMap((condition) => {
    const expression = condition.slice(condition.indexOf(': ') + 2)
    const { parts } = partsOf(expression)
    return [
      { name: `without ${condition}`, removal: { condition } },
      ...(parts.length < 2
        ? []
        : parts.map((part, clause) => ({
            name: `without \`${part}\` of ${condition}`,
            removal: { condition, clause },
          }))),
    ]
  })
}

/** Which stories met which condition, all of them passing. */
export type Recording = ReadonlyMap<string, readonly string[]>

/** @throws where a story fails although nothing was taken away */
export async function record(stage: Stage): Promise<Recording> {
  const met = new Map<string, string[]>()
  for (const story of stage.names) {
    const { failure, conditions } = await playOn(stage, story)
    if (failure !== undefined) throw new Error(`"${story}" fails although no guard was removed: ${failure}`)
    for (const condition of conditions) met.set(condition, [...(met.get(condition) ?? []), story])
  }
  return met
}

/** Tells stories until one notices. `first` is tried before the others: it noticed the last time. */
export async function judge(
  mutant: Mutant,
  stage: Stage,
  { stories, first }: { readonly stories: readonly string[]; readonly first: string | undefined },
): Promise<Verdict> {
  const order =
    first !== undefined && stories.includes(first) ? [first, ...stories.filter((name) => name !== first)] : stories
  if ('removal' in mutant) {
    const { name, removal } = mutant
    return tellAll(name, order, async (story) => understood(await playOn(stage, story, removal)))
  }
  const mutated = await stageOf(mutant.edit)
  try {
    return await tellAll(mutant.name, order, (story) => playOn(mutated, story))
  } finally {
    mutated.close()
  }
}

const SAW_MAX = 200

async function tellAll(
  name: string,
  stories: readonly string[],
  tell: (story: string) => Promise<Told>,
): Promise<Verdict> {
  for (const story of stories) {
    const told = await tell(story)
    const flaw = flawOf(told)
    if (flaw !== undefined) return { name, flaw: `${flaw} in "${story}"` }
    // Once more, so that no accident of the machine is taken for a guard that was missed.
    const { failure } = told
    const isNoticed = failure !== undefined && (await tell(story)).failure !== undefined
    if (isNoticed) return { name, story, saw: failure.replace(/\s+/g, ' ').slice(0, SAW_MAX) }
  }
  return { name }
}

/** A request that DynamoDB does not understand shows that it was badly cut, and not that a guard was missed. */
function understood(told: Told): Told {
  const [message] = told.invalid
  return message === undefined ? told : { ...told, isBroken: true, failure: message }
}

/** What looks like a mutant that was noticed and is one that cannot run. */
function flawOf({ failure = '', isBroken }: Told): string | undefined {
  const unrunnable = /(ReferenceError|SyntaxError).*/.exec(failure)
  if (unrunnable !== null) return `it cannot run: ${unrunnable[0]}`
  const isEnded = failure.includes('the story does not end')
  return isBroken && !isEnded ? `the story broke off: ${failure.split('\n', 1)[0]}` : undefined
}
