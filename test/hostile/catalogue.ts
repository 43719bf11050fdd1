/**
 * The form of the catalogue of hostile requests, and which of its rows nothing that exists can receive yet. A row is
 * sent to every route or field that it fits, and what it must be answered is part of the row.
 */
import type { Code } from '../../functions/platform/problem.ts'
import type { Reply } from '../support/api.ts'
import type { MatrixRow, Sent } from '../support/matrix.ts'
import type { GivenProgram } from '../support/programs.ts'
import type { Shop } from './shop.ts'

/** A status alone where the catalogue leaves the code open. */
export type Expected = readonly [status: number, code?: Code]

/** One valid request, spoiled. Nothing may change but for a recorded refusal. */
export type SpoiledRow = {
  /** Of the catalogue. */
  readonly number: number
  readonly what: string
  readonly routes: readonly MatrixRow[]
  readonly spoil: (sent: Sent, row: MatrixRow) => Sent
  readonly expect: Expected
  /** The field that must be named where several are wrong at once. */
  readonly pointer?: string
}

/** The last request of a scene, the one that is judged. */
export type Act = () => Promise<Reply>

/** What must have happened before, and the request that then counts. */
export type Scene = {
  readonly number: number
  readonly what: string
  readonly arrange: (shop: Shop) => Promise<Act>
  readonly expect: Expected
  /** Fields of the answer. */
  readonly body?: Readonly<Record<string, unknown>>
  /** It is the answer to an earlier request. */
  readonly replayed?: true
  /** It takes effect; otherwise nothing may change but for a recorded refusal. */
  readonly writes?: true
  /** The refusal must be recorded, so that it holds for ever. */
  readonly isRecorded?: true
  /** Moves the clock or wants a program of its own, hence a shop of its own. */
  readonly isAlone?: true
  readonly program?: GivenProgram
}

/** Rows that are no spoiled body and no scene, and the test that sends them. */
export const ELSEWHERE: Readonly<Record<string, readonly number[]>> = {
  'tokens.ts': [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13],
  'gateway.test.ts': [15, 16, 24, 31, 36, 37, 38, 58],
  'matrix.api.test.ts': [15, 16, 17, 19, 36],
  'paths.test.ts': [22, 23, 24, 25, 30, 31, 33, 35, 38],
}

/** Rows of the catalogue that no route can receive yet, and why. */
export const OUT_OF_REACH: Readonly<Record<string, string>> = {
  48: 'every time is sent with its offset; local times without one are refused by row 47',
  50: 'no report takes a span of days yet',
  76: 'campaigns do not exist yet',
  86: 'nothing answers CSV yet',
  88: 'referral codes are kept but not looked up yet',
  89: 'webhooks do not exist yet',
  90: 'surveys do not exist yet',
  92: 'imports run through the same routes, line by line',
  93: 'an export is the answer itself, so there is no link to it',
  '94-101': 'campaigns and revisits do not exist yet',
  '102-107': 'nothing but the announcement of entries works behind the door yet',
}
