/**
 * What holds on every screen in every language, look and size. A screen is reached once and then turned: neither its language
 * nor its look nor its size loads it anew, so that a sheet stays open and a form keeps what was typed.
 */
import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'
import { catalogue, type Flow, LOCALES, type Locale, RULES } from './pages.ts'

export const SCHEMES = ['light', 'dark'] as const
/** The last one is the language in which a screen is reached. */
const TURNS = ['zh-Hant', 'zh-Hans', 'en'] as const satisfies readonly Locale[]
/** The second is a desk of 1280 pixels at 200 %. */
const SIZES = [
  { name: '320 pixels', width: 320, height: 640 },
  { name: '200 %', width: 640, height: 400 },
] as const
/** The criterion 1.4.12 of WCAG: readers may set their own spacing, and nothing is lost. */
const SPACING = `* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }
p { margin-bottom: 2em !important }`

/** The rules of axe that look at colours. */
export const COLOURS = ['color-contrast', 'link-in-text-block']

export type Seen = {
  /** Everything that must not be, with where it was seen. */
  readonly findings: readonly string[]
  /** The Chinese letters that were shown. */
  readonly han: ReadonlySet<string>
}

/** @param reach brings the screen back where a language could only be changed by loading the page. */
export async function seeWhole(flow: Flow, reach: () => Promise<void>): Promise<Seen> {
  const { page } = flow
  const size = page.viewportSize() ?? SIZES[0]
  const findings: string[] = []
  const han = new Set<string>()
  for (const locale of TURNS) {
    const note = (where: string, found: readonly string[]) => {
      for (const each of found) findings.push(`${locale}, ${where}: ${each}`)
    }
    await speak(flow, locale, reach)
    const texts = await textsOf(page)
    for (const letter of texts.join('').match(/\p{Script=Han}/gu) ?? []) han.add(letter)
    note('words', await wrongWords(page, texts, locale))
    for (const { name, ...viewport } of SIZES) {
      await page.setViewportSize(viewport)
      note(name, await unreadable(page))
    }
    await page.setViewportSize({ width: SIZES[0].width, height: SIZES[0].height })
    note('wide spacing', await withSpacing(page, unreadable))
    for (const colorScheme of SCHEMES) {
      await page.emulateMedia({ colorScheme })
      await page.waitForFunction((look) => document.documentElement.dataset.theme === look, colorScheme)
      // As tall as it is by now, so that nothing that stays at the bottom lies over anything.
      await page.setViewportSize({ width: size.width, height: Math.max(size.height, await heightOf(page)) })
      await painted(page)
      // The other look differs by its colours, and by nothing that is heard or reached.
      note(colorScheme, await inaccessible(page, colorScheme === SCHEMES[0] ? undefined : COLOURS))
    }
    await page.setViewportSize(size)
  }
  return { findings, han }
}

/** By the page's own choice, also where a sheet lies over it; a screen without one speaks another language when it is loaded. */
export async function speak({ page }: Flow, locale: Locale, reach: () => Promise<void>): Promise<void> {
  const isChosen = await page.evaluate((next) => {
    const choice = document.querySelector<HTMLSelectElement>('.bar-language select, .status select')
    if (choice === null) localStorage.setItem('locale', next)
    else choice.value = next
    choice?.dispatchEvent(new Event('change', { bubbles: true }))
    return choice !== null
  }, locale)
  if (!isChosen && (await page.evaluate(() => document.documentElement.lang)) !== locale) {
    await page.reload()
    await reach()
  }
  await page.waitForFunction((next) => document.documentElement.lang === next, locale)
  await painted(page)
}

/** After what was ordered before has been painted. */
export async function painted(page: Page): Promise<void> {
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))))
}

/** All of it at once: what a bar lies over at the moment is only scrolled away. */
function heightOf(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollHeight)
}

/** In one frame, so no page of its own is opened to put the parts together. */
export async function inaccessible(page: Page, only?: readonly string[]): Promise<string[]> {
  const axe = new AxeBuilder({ page }).options({ resultTypes: ['violations'] }).setLegacyMode()
  const { violations } = await (only ? axe.withRules([...only]) : axe.withTags(RULES)).analyze()
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, failureSummary = '' }) => `${id} (${help}) at ${target.join(' ')}: ${failureSummary}`),
  )
}

/** Every text that is shown in the page's own language. */
export function textsOf(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    const texts = new Set<string>([document.title])
    while (walker.nextNode()) {
      const parent = walker.currentNode.parentElement
      const text = walker.currentNode.textContent?.trim() ?? ''
      if (text !== '' && parent?.closest('[lang]') === document.documentElement) texts.add(text)
    }
    return [...texts]
  })
}

const SENTENCES = Object.fromEntries(LOCALES.map((locale) => [locale, sentencesOf(locale)])) as Readonly<
  Record<Locale, ReadonlySet<string>>
>

/** Those that need no values, of all pages. */
function sentencesOf(locale: Locale): ReadonlySet<string> {
  const files = ['shared', 'member', 'staff'].map((name) => Object.entries(Object(catalogue(name, locale))))
  return new Set(
    files.flat().flatMap(([id, text]) => [id, typeof text === 'string' && !text.includes('{') ? text : id]),
  )
}

/** Bare ids, values that were not filled in, and sentences of another language. */
export async function wrongWords(page: Page, texts: readonly string[], locale: Locale): Promise<string[]> {
  const lang = await page.evaluate(() => document.documentElement.lang)
  const own = SENTENCES[locale]
  const foreign = texts.filter(
    (text) => LOCALES.some((other) => other !== locale && SENTENCES[other].has(text)) && !isSaid(own, text),
  )
  const broken = texts.filter((text) => /[{}]|\bundefined\b|\bNaN\b|\[object/.test(text))
  return [
    ...(lang === locale ? [] : [`the page says it is in “${lang}”`]),
    ...foreign.map((text) => `“${text}” is not in this language`),
    ...broken.map((text) => `“${text}” has a value that is missing`),
  ]
}

/** An id is in every set, and never right. */
function isSaid(own: ReadonlySet<string>, text: string): boolean {
  return own.has(text) && !/^[a-z]+(?:\.\w+)+$/.test(text)
}

async function withSpacing(page: Page, look: (page: Page) => Promise<string[]>): Promise<string[]> {
  // Not a style element, which the policy of the page refuses.
  await page.evaluate((rules) => {
    const sheet = new CSSStyleSheet()
    sheet.replaceSync(rules)
    document.adoptedStyleSheets = [sheet]
  }, SPACING)
  const found = await look(page)
  await page.evaluate(() => {
    document.adoptedStyleSheets = []
  })
  return found
}

/** Text that one would have to scroll sideways for, that stands outside of the page, or that a box cuts off. */
export async function unreadable(page: Page): Promise<string[]> {
  await painted(page)
  return page.evaluate(() => {
    const found: string[] = []
    const { scrollWidth, clientWidth } = document.documentElement
    if (scrollWidth > clientWidth) found.push(`scrolls ${scrollWidth - clientWidth} pixels sideways`)
    const styles = new Map<Element, CSSStyleDeclaration>()
    const styleOf = (element: Element) => {
      const style = styles.get(element) ?? getComputedStyle(element)
      styles.set(element, style)
      return style
    }
    const ancestors = (element: Element | null): Element[] =>
      element === null || element === document.body ? [] : [element, ...ancestors(element.parentElement)]
    /** Words that are only heard show no part of their box. */
    const isHeardOnly = (chain: readonly Element[]) =>
      chain.some((each) => styleOf(each).clipPath.startsWith('inset(50%'))
    const faultOf = (text: DOMRect, chain: readonly Element[]): string | undefined => {
      const isModal = chain.some((each) => each.tagName === 'DIALOG')
      if (!isModal && (text.left < -1 || text.right > innerWidth + 1)) return 'stands outside of the page'
      for (const each of chain) {
        const { overflowX, overflowY, position } = styleOf(each)
        const box = each.getBoundingClientRect()
        const isOut = text.left < box.left - 1 || text.right > box.right + 1
        if (overflowX !== 'visible' && isOut) return 'is cut off at its side'
        const isBelow = text.top < box.top - 1 || text.bottom > box.bottom + 1
        if ((overflowY === 'hidden' || overflowY === 'clip') && isBelow) return 'is cut off above or below'
        if (position === 'fixed') return undefined
      }
      return undefined
    }
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    const range = document.createRange()
    while (walker.nextNode()) {
      const text = walker.currentNode
      const parent = text.parentElement
      if (parent === null || (text.textContent ?? '').trim() === '' || parent.closest('option')) continue
      if (!parent.checkVisibility({ visibilityProperty: true })) continue
      const chain = ancestors(parent)
      if (isHeardOnly(chain)) continue
      range.selectNodeContents(text)
      const faults = [...range.getClientRects()].map((rect) => faultOf(rect, chain))
      const fault = faults.find((each) => each !== undefined)
      if (fault !== undefined) found.push(`“${text.textContent?.trim()}” ${fault} (in .${parent.className})`)
    }
    return found
  })
}

/** @returns the letters for which the browser draws the box of a letter that no font has. */
export function withoutGlyph(page: Page, letters: readonly string[]): Promise<string[]> {
  return page.evaluate((wanted) => {
    const canvas = document.createElement('canvas')
    canvas.width = canvas.height = 32
    const paint = canvas.getContext('2d', { willReadFrequently: true })
    const drawn = (letter: string) => {
      if (paint === null) throw new Error('nothing can be drawn')
      paint.clearRect(0, 0, 32, 32)
      paint.font = `24px ${getComputedStyle(document.body).fontFamily}`
      paint.fillText(letter, 2, 26)
      return paint.getImageData(0, 0, 32, 32).data.join()
    }
    // The last place for private letters, which no font fills.
    const nobodys = drawn('\u{10FFFD}')
    return wanted.filter((letter) => drawn(letter) === nobodys)
  }, letters)
}
