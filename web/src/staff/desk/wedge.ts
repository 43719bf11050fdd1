/**
 * Tells a scanner that types from a person who types: at least six characters, each within 35 ms of the one before, ended
 * by Enter or Tab. Characters come from the place of the key where an input method holds them back.
 */

/** What of a key press matters; `at` in milliseconds. */
export type KeyPress = {
  readonly key: string
  readonly code: string
  readonly shift: boolean
  readonly composing: boolean
  readonly at: number
}

export type Burst = { readonly text: string; readonly lastAt: number }

export const LEAST_CHARACTERS = 6
const GAP_MS = 35
export const NO_BURST: Burst = { text: '', lastAt: Number.NEGATIVE_INFINITY }

/** The burst so far, and the text of the scan with the key that ends one. */
export type Heard = { readonly burst: Burst; readonly scan?: string }

export function hear(burst: Burst, press: KeyPress): Heard {
  const isQuick = press.at - burst.lastAt < GAP_MS
  if (isEnd(press)) {
    const isScan = isQuick && burst.text.length >= LEAST_CHARACTERS
    return isScan ? { burst: NO_BURST, scan: burst.text } : { burst: NO_BURST }
  }
  // A scanner holds Shift for a capital; that is part of the burst and no character.
  if (press.code.startsWith('Shift')) return { burst: isQuick ? { ...burst, lastAt: press.at } : burst }
  const character = characterOf(press)
  if (character === undefined) return { burst: NO_BURST }
  return { burst: { text: isQuick ? burst.text + character : character, lastAt: press.at } }
}

/** True with the first character of what may become a scan. */
export function isFirst(burst: Burst): boolean {
  return burst.text.length === 1
}

function isEnd({ key, code }: KeyPress): boolean {
  return key === 'Enter' || key === 'Tab' || ['Enter', 'NumpadEnter', 'Tab'].includes(code)
}

const PLACES: Readonly<Record<string, readonly [plain: string, shifted: string]>> = {
  Minus: ['-', '_'],
  Period: ['.', '>'],
  Slash: ['/', '?'],
  Semicolon: [';', ':'],
  Equal: ['=', '+'],
  NumpadDecimal: ['.', '.'],
  NumpadSubtract: ['-', '-'],
  NumpadDivide: ['/', '/'],
}

/** An input method answers `Process` instead of the character; then the place of the key on a US layout tells it. */
function characterOf({ key, code, shift, composing }: KeyPress): string | undefined {
  if (!composing && key !== 'Process' && key !== 'Unidentified') return [...key].length === 1 ? key : undefined
  const letter = /^Key([A-Z])$/.exec(code)?.[1]
  if (letter !== undefined) return shift ? letter : letter.toLowerCase()
  const digit = /^(?:Digit|Numpad)([0-9])$/.exec(code)?.[1]
  if (digit !== undefined) return digit
  return PLACES[code]?.[shift ? 1 : 0]
}
