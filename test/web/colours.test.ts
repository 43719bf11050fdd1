import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'

const CSS = readFileSync(join(import.meta.dirname, '../../web/src/ui/tokens.css'), 'utf8')
const [LIGHT = '', DARK = ''] = CSS.split('[data-theme="dark"]')

type Colour = readonly [lightness: number, chroma: number, hue: number]

function coloursOf(css: string): Map<string, Colour> {
  const found = css.matchAll(/--([\w-]+): oklch\(([\d.]+) ([\d.]+) ([\d.]+)\)/g)
  return new Map([...found].map(([, name = '', l, c, h]) => [name, [Number(l), Number(c), Number(h)]]))
}

const light = coloursOf(LIGHT)
const THEMES = { light, dark: new Map([...light, ...coloursOf(DARK.split(':root')[0] ?? '')]) }

/** Björn Ottosson's Oklab to linear sRGB; luminance and contrast as WCAG 2.2 defines them. */
function luminance([lightness, chroma, hue]: Colour): number {
  const a = chroma * Math.cos((hue * Math.PI) / 180)
  const b = chroma * Math.sin((hue * Math.PI) / 180)
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3
  const red = 4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s
  const green = -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s
  const blue = -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s
  const inside = (value: number) => Math.min(1, Math.max(0, value))
  return 0.2126 * inside(red) + 0.7152 * inside(green) + 0.0722 * inside(blue)
}

function contrast(theme: Map<string, Colour>, text: string, ground: string): number {
  const [one, other] = [text, ground].map((name) => {
    const colour = theme.get(name)
    if (colour === undefined) throw new Error(`no colour --${name}`)
    return luminance(colour)
  })
  const [brighter, darker] = [Math.max(one ?? 0, other ?? 0), Math.min(one ?? 0, other ?? 0)]
  return (brighter + 0.05) / (darker + 0.05)
}

const GROUNDS = ['paper', 'surface', 'sunken']
const TEXT = ['ink', 'ink-2', 'ink-3', 'earn', 'spend', 'expiry'].flatMap((text) =>
  GROUNDS.map((ground) => [text, ground] as const),
)
const OWN = [
  ['seal-text', 'paper'],
  ['seal-text', 'surface'],
  ['seal-text', 'seal-soft'],
  ['earn', 'earn-soft'],
  ['spend', 'spend-soft'],
  ['expiry', 'expiry-soft'],
  ['ink', 'expiry-soft'],
  ['on-seal', 'seal'],
  ['on-seal', 'seal-hover'],
  ['paper', 'ink'],
  ['paper', 'ink-2'],
  ['on-tier', 'stone'],
  ['on-tier', 'silver'],
  ['on-tier', 'gold'],
] as const
const CONTROLS = ['control', 'focus', 'seal'].flatMap((part) =>
  ['paper', 'surface'].map((ground) => [part, ground] as const),
)

describe.each(Object.entries(THEMES))('in the %s theme', (_, theme) => {
  test.each([...TEXT, ...OWN])('%s on %s is at least 4.5:1, so that it can be read in the sun', (text, ground) => {
    expect(contrast(theme, text, ground)).toBeGreaterThanOrEqual(4.5)
  })

  test.each(CONTROLS)('%s on %s is at least 3:1, so that what can be pressed is seen', (part, ground) => {
    expect(contrast(theme, part, ground)).toBeGreaterThanOrEqual(3)
  })
})

test('black on white is 21:1, so that the measure itself is right', () => {
  const plain = new Map<string, Colour>([
    ['black', [0, 0, 0]],
    ['white', [1, 0, 0]],
  ])
  expect(contrast(plain, 'black', 'white')).toBeCloseTo(21, 1)
})
