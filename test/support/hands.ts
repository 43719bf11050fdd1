/**
 * Hands at the till: somebody who types, and a scanner that types faster than anybody. A scanner's keys carry their times,
 * ten milliseconds apart, so that it is one also on a machine that is slow to carry them.
 */
import type { CDPSession, Page } from 'playwright-core'

const SCANNER_GAP_MS = 10
const PERSON_GAP_MS = 120
/** Nobody types with the hand that holds the scanner. */
const PICKED_UP_MS = 100
const SHIFT = 8

type Stroke = { readonly key: string; readonly code: string; readonly place: number; readonly isShifted: boolean }

const ENTER: Stroke = { key: 'Enter', code: 'Enter', place: 13, isShifted: false }

/** Signs of links and numbers, with their places on a US layout. */
const SIGNS: Readonly<Record<string, Omit<Stroke, 'key'>>> = {
  '-': { code: 'Minus', place: 189, isShifted: false },
  '.': { code: 'Period', place: 190, isShifted: false },
  '/': { code: 'Slash', place: 191, isShifted: false },
  ':': { code: 'Semicolon', place: 186, isShifted: true },
}

function strokeOf(key: string): Stroke {
  if (/[0-9]/.test(key)) return { key, code: `Digit${key}`, place: key.charCodeAt(0), isShifted: false }
  const upper = key.toUpperCase()
  if (/[A-Z]/.test(upper)) return { key, code: `Key${upper}`, place: upper.charCodeAt(0), isShifted: key === upper }
  const sign = SIGNS[key]
  if (sign === undefined) throw new Error(`the scanner has no key ${key}`)
  return { key, ...sign }
}

export type Scanner = {
  /** A code and the scanner's own Enter. @returns how long the scanner itself takes for it, in milliseconds. */
  readonly scan: (text: string) => Promise<number>
  /** The same while an input method takes each key for itself and composes. */
  readonly scanComposed: (text: string) => Promise<number>
}

export async function scannerAt(page: Page): Promise<Scanner> {
  const wire = await page.context().newCDPSession(page)
  const type = async (text: string, press: (stroke: Stroke, at: number, index: number) => Promise<void>) => {
    const began = Date.now() + PICKED_UP_MS
    const strokes = [...[...text].map(strokeOf), ENTER]
    for (const [index, stroke] of strokes.entries()) await press(stroke, began + index * SCANNER_GAP_MS, index)
    return strokes.length * SCANNER_GAP_MS
  }
  return {
    scan: (text) => type(text, (stroke, at) => pressed(wire, stroke, at)),
    scanComposed: (text) =>
      type(text, (stroke, at, index) => composed(wire, { stroke, at, text: text.slice(0, index + 1) })),
  }
}

async function pressed(wire: CDPSession, stroke: Stroke, at: number): Promise<void> {
  const text = stroke === ENTER ? '\r' : stroke.key
  await wire.send('Input.dispatchKeyEvent', { type: 'keyDown', ...eventOf(stroke, at), text, unmodifiedText: text })
  await wire.send('Input.dispatchKeyEvent', { type: 'keyUp', ...eventOf(stroke, at) })
}

type Composed = { readonly stroke: Stroke; readonly at: number; readonly text: string }

/** The page is told of a key without its character; what was typed so far stands underlined in the field. */
async function composed(wire: CDPSession, { stroke, at, text }: Composed): Promise<void> {
  const taken = { ...eventOf(stroke, at), key: 'Process', windowsVirtualKeyCode: 229 }
  await wire.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', ...taken })
  if (stroke !== ENTER) {
    const end = text.length
    await wire.send('Input.imeSetComposition', { text, selectionStart: end, selectionEnd: end })
  }
  await wire.send('Input.dispatchKeyEvent', { type: 'keyUp', ...eventOf(stroke, at) })
}

function eventOf({ key, code, place, isShifted }: Stroke, at: number) {
  return { key, code, windowsVirtualKeyCode: place, modifiers: isShifted ? SHIFT : 0, timestamp: at / 1_000 }
}

export type Person = {
  /** At the pace of somebody who reads from a slip. */
  readonly type: (text: string) => Promise<void>
  readonly enter: () => Promise<void>
  /** Keys pressed that were no data. */
  readonly keys: () => number
}

export function personAt(page: Page): Person {
  let keys = 0
  return {
    type: (text) => page.keyboard.type(text, { delay: PERSON_GAP_MS }),
    async enter() {
      keys += 1
      await page.keyboard.press('Enter')
    },
    keys: () => keys,
  }
}
