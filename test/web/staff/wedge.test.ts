import { describe, expect, test } from 'vitest'
import { hear, type KeyPress, NO_BURST } from '../../../web/src/staff/desk/wedge.ts'

type Typing = { readonly text: string; readonly gapMs: number; readonly end?: string; readonly composing?: boolean }

const CODES: Readonly<Record<string, string>> = { '.': 'Period', '/': 'Slash', ':': 'Semicolon', '-': 'Minus' }

function pressesOf({ text, gapMs, end = 'Enter', composing = false }: Typing): KeyPress[] {
  const characters = [...text].map((character) => ({
    key: composing ? 'Process' : character,
    code: codeOf(character),
    shift: /[A-Z:]/.test(character),
    composing,
  }))
  return [...characters, { key: composing ? 'Process' : end, code: end, shift: false, composing }].map(
    (press, index) => ({
      ...press,
      at: 1_000 + index * gapMs,
    }),
  )
}

function codeOf(character: string): string {
  if (/[0-9]/.test(character)) return `Digit${character}`
  return /[a-z]/i.test(character) ? `Key${character.toUpperCase()}` : (CODES[character] ?? '')
}

/** Every scan that is heard in these presses. */
function scansIn(presses: readonly KeyPress[]): string[] {
  const scans: string[] = []
  let burst = NO_BURST
  for (const press of presses) {
    const heard = hear(burst, press)
    burst = heard.burst
    if (heard.scan !== undefined) scans.push(heard.scan)
  }
  return scans
}

describe('a scanner is told from a person', () => {
  test.each(['Enter', 'Tab', 'NumpadEnter'])('by its speed and its %s', (end) => {
    expect(scansIn(pressesOf({ text: '630012345678', gapMs: 10, end }))).toEqual(['630012345678'])
  })

  test('and a person who types as fast as people can is none, so that no digit leaves its field', () => {
    expect(scansIn(pressesOf({ text: '630012345678', gapMs: 60 }))).toEqual([])
  })

  test.each([
    ['12345', []],
    ['123456', ['123456']],
  ])('only from six characters: %s', (text, scans) => {
    expect(scansIn(pressesOf({ text, gapMs: 10 }))).toEqual(scans)
  })

  test('at a gap of 34 ms and not of 35', () => {
    expect(scansIn(pressesOf({ text: '536365', gapMs: 34 }))).toEqual(['536365'])
    expect(scansIn(pressesOf({ text: '536365', gapMs: 35 }))).toEqual([])
  })

  test('also where an input method holds the characters back, letter case and all', () => {
    const text = 'https://club.example/c/630012345678.K7Q2M4XZ'
    expect(scansIn(pressesOf({ text, gapMs: 10, composing: true }))).toEqual([text])
  })

  test('after typed characters, of which it takes none', () => {
    const typed = pressesOf({ text: '42', gapMs: 120 }).slice(0, 2)
    const scanned = pressesOf({ text: '536365', gapMs: 10 }).map((press) => ({ ...press, at: press.at + 2_000 }))
    expect(scansIn([...typed, ...scanned])).toEqual(['536365'])
  })

  test('but not across an arrow key, which no scanner has', () => {
    const presses = pressesOf({ text: '536365', gapMs: 10 })
    const arrow = { key: 'ArrowLeft', code: 'ArrowLeft', shift: false, composing: false, at: 1_025 }
    expect(scansIn([...presses.slice(0, 3), arrow, ...presses.slice(3)])).toEqual([])
  })
})
