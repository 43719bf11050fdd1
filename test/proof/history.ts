/**
 * Checks what callers were told against what the ledger says, without searching: every success names its place, so the
 * order is given. Six rules: places are distinct and gapless; what ended before another began stands before it; the
 * model in that order yields each balance that was told; a read shows what could be seen; what nobody was told happened
 * at most once; a repeat tells the first answer.
 */

import { wrongReads } from './history-reads.ts'
import { wrongRefusals } from './history-refusals.ts'
import { apply, bookOf, type Deed, emptyModel, type Facts, type Model, type Verdict } from './model.ts'
import type { Rules } from './model-book.ts'
import { type Book, balances, parts, sum } from './model-book.ts'
import { monthSums } from './model-tiers.ts'
import type { Recorded } from './recorder.ts'
import type { Effect, Statement } from './statement.ts'

export type History = { readonly calls: readonly Recorded[]; readonly statement: Statement; readonly rules: Rules }

/** A book as it was when its account had this version. */
export type Version = { readonly version: number; readonly book: Book; readonly effect: Effect | undefined }

export type Replayed = {
  readonly model: Model
  readonly versions: ReadonlyMap<string, readonly Version[]>
  readonly violations: readonly string[]
}

/** Of all sendings of one deed: when the first began and the first that was told ended. */
export type Span = { readonly begin: number; readonly end: number; readonly calls: readonly Recorded[] }

export function checkHistory(history: History): string[] {
  const spans = spansOf(history.calls)
  const replayed = replay(history, spans)
  return [
    ...history.statement.violations,
    ...bugs(history),
    ...wrongPlaces(history, spans),
    ...wrongOrder(history, spans),
    ...replayed.violations,
    ...wrongLifetimes(history, replayed),
    ...wrongLevels(history, replayed),
    ...wrongLimits(history, replayed),
    ...wrongReads(history, { replayed, spans }),
    ...wrongAnswers(history),
    ...wrongRefusals(history, { replayed, spans }),
  ]
}

function bugs({ calls }: History): string[] {
  return calls.flatMap(({ name, outcome }) => (outcome.kind === 'bug' ? [`${name}: ${outcome.what}`] : []))
}

export function spansOf(calls: readonly Recorded[]): ReadonlyMap<string, Span> {
  const spans = new Map<string, Span>()
  for (const [id, own] of Map.groupBy(calls, ({ deed }) => deed.id)) {
    const told = own.filter(({ outcome }) => outcome.kind === 'done' || outcome.kind === 'accepted')
    spans.set(id, {
      begin: Math.min(...own.map(({ begin }) => begin)),
      end: Math.min(...told.map(({ end }) => end)),
      calls: own,
    })
  }
  return spans
}

/** What time alone does may be done by anybody at any time. */
const ANY_TIME = { begin: 0, end: Number.POSITIVE_INFINITY }

export function spanOf(effect: Effect, spans: ReadonlyMap<string, Span>): Pick<Span, 'begin' | 'end'> {
  return effect.id === 'SWEEP' ? ANY_TIME : (spans.get(effect.id) ?? ANY_TIME)
}

/** The side that nobody is told of, and the side that is. */
const TWO_SIDED = new Set(['TRANSFER_IN', 'MERGE_IN', 'REASSIGN_OUT'])
const TOLD_SIDE = new Set(['TRANSFER_OUT', 'MERGE_OUT', 'REASSIGN_IN'])

/** Rules 1 and 5: no gap, nothing that nobody asked for, and nothing twice. */
function wrongPlaces({ statement }: History, spans: ReadonlyMap<string, Span>): string[] {
  const seen = new Map<string, Effect>()
  const wrong: string[] = []
  for (const [member, effects] of statement.effects) {
    let next = 1
    for (const effect of effects) {
      if (effect.first !== next) wrong.push(`rule 1: ${member} has ${effect.first} where ${next} is due`)
      next = effect.last + 1
      if (effect.id === 'SWEEP' || TWO_SIDED.has(effect.type)) continue
      if (!spans.has(effect.id)) wrong.push(`rule 5: nobody asked for ${effect.id}, ${member} ${effect.seq}`)
      if (seen.has(effect.id)) wrong.push(`rule 5: ${effect.id} happened twice, ${member} ${effect.seq}`)
      seen.set(effect.id, effect)
    }
  }
  return wrong
}

/** Rule 2, from the end: nothing that stands later may have ended before this began. */
function wrongOrder({ statement }: History, spans: ReadonlyMap<string, Span>): string[] {
  const wrong: string[] = []
  for (const effects of statement.effects.values()) {
    let endedFirst = Number.POSITIVE_INFINITY
    for (const effect of effects.toReversed()) {
      const { begin, end } = spanOf(effect, spans)
      if (endedFirst < begin) wrong.push(`rule 2: ${effect.member} ${effect.seq} began after a later one had ended`)
      endedFirst = Math.min(endedFirst, end)
    }
  }
  return wrong
}

/** Rules 5 and 6: what was told is in the ledger as it was told, and every time the same. */
function wrongAnswers({ calls, statement }: History): string[] {
  const deeds = new Map(calls.map(({ deed }) => [deed.id, deed]))
  const byEntry = new Map([...statement.effects.values()].flat().map((effect) => [effect.entry, effect]))
  const firsts = new Map<string, string>()
  return calls.flatMap(({ name, deed, outcome }) => {
    if (outcome.kind !== 'done') return []
    const effect = byEntry.get(outcome.entry)
    const isOwn =
      effect !== undefined &&
      effect.seq === outcome.seq &&
      (isOf(effect, deed, outcome) || (outcome.isRepeat && isAsMended(effect, deed, deeds.get(effect.id))))
    if (!isOwn) return [`rule 6: ${name} was told entry ${outcome.entry}, which is not of ${deed.id}`]
    if (!isSame(effect.told, outcome.balances))
      return [`rule 3: ${name} was told other balances than ${outcome.entry} has`]
    const isSecondFirst = !outcome.isRepeat && firsts.has(deed.id)
    if (!outcome.isRepeat) firsts.set(deed.id, outcome.entry)
    return isSecondFirst ? [`rule 6: ${name} was told twice that it was the first of ${deed.id}`] : []
  })
}

/** Who ends a reservation as it was ended already is told how, whatever key was used; so is who mends a receipt as it was mended last. */
function isOf(effect: Effect, deed: Deed, { isRepeat }: { readonly isRepeat: boolean }): boolean {
  if (effect.id === deed.id) return true
  const { change } = effect
  if (change && isRepeat && 'receipt' in deed) return change.deed === deed.do && change.receipt === deed.receipt
  const isEnding = deed.do === 'capture' || deed.do === 'void'
  return isEnding && isRepeat && effect.reservation === deed.reservation && effect.type === deed.do.toUpperCase()
}

/** An award of what a receipt was mended to is the same slip once more. */
function isAsMended({ change }: Effect, deed: Deed, mended: Deed | undefined): boolean {
  if (deed.do !== 'award' || change?.receipt !== deed.receipt) return false
  return mended?.do === 'correct'
    ? mended.amount === deed.amount
    : mended?.do === 'reassign' && mended.to === deed.member
}

export function isSame(one: object, other: object): boolean {
  return Object.entries(one).every(([name, value]) => (other as Record<string, unknown>)[name] === value)
}

/** Rule 3. Accounts are played together, because a transfer must come at once on both. */
export function replay({ calls, statement, rules }: History, spans: ReadonlyMap<string, Span>): Replayed {
  const model = emptyModel(rules, [...statement.effects.keys()])
  const versions = new Map<string, Version[]>()
  for (const [member, book] of Object.entries(model.state.books)) {
    versions.set(member, [{ version: 0, book: copyOf(book), effect: undefined }])
  }
  const violations: string[] = []
  const queues = new Map([...statement.effects].map(([member, effects]) => [member, [...effects]]))
  const heads = () => [...queues.values()].flatMap(([first]) => (first ? [first] : []))
  const waiting = waitingOf(calls, statement)
  const play = (effects: readonly Effect[]) => {
    violations.push(...playOne(model, effects, { statement, spans, waiting }))
    for (const effect of effects) {
      queues.get(effect.member)?.shift()
      const book = model.state.books[effect.member]
      if (book) versions.get(effect.member)?.push({ version: effect.last, book: copyOf(book), effect })
    }
  }
  const next = () => readyOf(heads()).filter(([first]) => isNext(model, first))
  for (let ready = next(); ready.length > 0; ready = next()) for (const one of ready) play(one)
  const stuck = heads().map(({ id }) => `rule 3: ${id} stands in no order that two accounts agree on`)
  return { model, versions, violations: [...violations, ...stuck] }
}

/** What was earned, redeemed, expired and reversed in all is what the model has counted. */
function wrongLifetimes({ statement }: History, { model }: Replayed): string[] {
  return [...statement.lifetimes].flatMap(([member, stored]) => {
    const book = model.state.books[member]
    const summed = LIFETIME.map((bucket) => (book ? sum(book, bucket) : 0))
    return String(stored) === String(summed)
      ? []
      : [`rule 3: ${member} has ${stored} earned, redeemed, expired, reversed; the model ${summed}`]
  })
}

/** The level, its end, and every month that the account still keeps. */
function wrongLevels({ statement, rules }: History, { model }: Replayed): string[] {
  if (rules.tiers === undefined) return []
  return [...statement.levels].flatMap(([member, { level, until, months }]) => {
    const standing = model.state.books[member]?.standing
    if (standing === undefined) return []
    const sums = monthSums(standing)
    const kept = Object.entries(months).map(([month, units]) => `${month} ${units}`)
    const expected = Object.keys(months).map((month) => `${month} ${sums[month] ?? 0}`)
    const stored = [level, until, ...kept].join(', ')
    const summed = [`t${standing.level}`, standing.until ?? '', ...expected].join(', ')
    return stored === summed ? [] : [`rule 3: ${member} has the level ${stored}; the model ${summed}`]
  })
}

/** What the limits of rewards have counted, as of the last thing that happened to each account. */
function wrongLimits({ statement }: History, { model }: Replayed): string[] {
  return [...statement.had].flatMap(([member, counts]) => {
    const book = model.state.books[member]
    const had = Object.fromEntries(book ? parts(book, 'had ') : [])
    const names = [...new Set([...Object.keys(counts), ...Object.keys(had)])]
    return names.flatMap((name) => {
      const [stored, summed] = [counts[name] ?? 0, had[name] ?? 0]
      return stored === summed ? [] : [`rule 3: ${member} has had ${name} ${stored} times; the model ${summed}`]
    })
  })
}

const LIFETIME = ['earned', 'redeemed', 'expired', 'reversed'] as const

function copyOf(book: Book): Book {
  return { ...book, postings: book.postings.slice() }
}

/** A receipt that goes from account to account is changed in one order. */
function isNext({ state }: Model, effect: Effect | undefined): boolean {
  const { change } = effect ?? {}
  return change === undefined || state.receipts[change.receipt]?.changes === change.n - 1
}

/** What can come next: an effect on one account, or one on two that is next on both. */
function readyOf(heads: readonly Effect[]): Effect[][] {
  return heads.flatMap((effect) => {
    if (TWO_SIDED.has(effect.type)) return []
    if (!TOLD_SIDE.has(effect.type)) return [[effect]]
    const other = heads.find(({ id, type }) => id === effect.id && TWO_SIDED.has(type))
    return other ? [[effect, other]] : []
  })
}

function waitingOf(calls: readonly Recorded[], { waiting }: Statement): ReadonlyMap<string, number> {
  const amounts = new Map<string, number>()
  const counted = new Set<string>()
  for (const { deed } of calls) {
    if (deed.do !== 'refund' || !waiting.has(deed.id) || counted.has(deed.id)) continue
    counted.add(deed.id)
    amounts.set(deed.receipt, (amounts.get(deed.receipt) ?? 0) + deed.amount)
  }
  return amounts
}

type About = {
  readonly statement: Statement
  readonly spans: ReadonlyMap<string, Span>
  readonly waiting: ReadonlyMap<string, number>
}

function playOne(model: Model, effects: readonly Effect[], { statement, spans, waiting }: About): string[] {
  const [effect] = effects
  if (effect === undefined) return []
  const span = spans.get(effect.id)
  const deed = deedOf(effect, span, { statement, model })
  if (deed === undefined) return [`rule 3: no deed that was sent fits ${effect.id}, ${effect.member} ${effect.seq}`]
  const facts = {
    now: effect.at,
    ...(effect.reservation !== undefined && { reservation: effect.reservation }),
    ...(effect.voucher !== undefined && { voucher: effect.voucher }),
    ...(deed.do === 'award' && { waiting: waiting.get(deed.receipt) ?? 0 }),
  }
  const place = `${effect.type} ${effect.id}, ${effect.member} ${effect.seq}`
  const isTimeOfACall = effect.id === 'SWEEP' || span?.calls.some(({ now }) => now === effect.at)
  const verdict = applied(model, deed, facts)
  if (typeof verdict === 'string') return [`rule 3: the model cannot follow ${place}: ${verdict}`]
  if (verdict.kind === 'refused') return [`rule 3: ${place} happened and should have been refused: ${verdict.code}`]
  const wrong = effects
    .filter(({ member, after }) => !isSame(after, balances(model.state.books[member] ?? bookOf(model, member))))
    .map(
      (one) =>
        `rule 3: after ${place}, ${one.member} has ${told(one.after)}, the model ${told(balancesNow(model, one))}`,
    )
  return [
    ...(isTimeOfACall ? [] : [`rule 3: ${place} was decided at a time when nobody asked`]),
    ...(isSame(effect.told, verdict.told)
      ? []
      : [`rule 3: ${place} says ${told(effect.told)}, the model ${told(verdict.told)}`]),
    ...wrong,
  ]
}

/** What cannot have happened at all, such as a refund of a receipt that is not there, has no verdict. */
function applied(model: Model, deed: Deed, facts: Facts): Verdict | string {
  try {
    return apply(model, deed, facts)
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

function balancesNow(model: Model, { member }: Effect) {
  return balances(bookOf(model, member))
}

function told(value: object): string {
  return Object.values(value).join('/')
}

/** Where one number was used with different contents, the one that the ledger has kept. */
function deedOf(
  effect: Effect,
  span: Span | undefined,
  { statement, model }: { statement: Statement; model: Model },
): Deed | undefined {
  if (effect.id === 'SWEEP') return { id: 'SWEEP', do: 'settle', member: effect.member }
  const deeds = span?.calls.map(({ deed }) => deed) ?? []
  const sold = statement.sold.get(effect.id)
  return deeds.find((deed) => {
    if (deed.do === 'award') {
      const isContent = sold !== undefined && deed.amount === sold.amount && deed.at === sold.at
      return isContent && bookOf(model, deed.member).member === effect.member
    }
    if (deed.do === 'redeem' || deed.do === 'reward') return deed.points === -effect.points
    return true
  })
}
