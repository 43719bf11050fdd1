import { createIntl } from 'react-intl'
import { describe, expect, test } from 'vitest'
import { CODES } from '../../functions/platform/problem.ts'
import { ENTRY_TYPES } from '../../functions/points/account.ts'
import { WORDED_CODES } from '../../functions/points/words.ts'
import { LOCALES } from '../../web/src/i18n/formats.ts'
import { ENTRY_IDS } from '../../web/src/i18n/why.ts'
import { OWN_CODES } from '../../web/src/problem.ts'
import { AREAS, catalogue, EVERY } from './catalogue.ts'

/** Names of the variables of a message, found in its syntax tree. */
function variables(text: string): string[] {
  const found = new Set<string>()
  const walk = (part: unknown): void => {
    if (Array.isArray(part)) for (const each of part) walk(each)
    else if (typeof part === 'object' && part !== null) {
      if ('type' in part && 'value' in part && part.type !== 0 && typeof part.value === 'string') found.add(part.value)
      for (const each of Object.values(part)) walk(each)
    }
  }
  walk(createIntl({ locale: 'en', messages: {} }).formatters.getMessageFormat(text, 'en').getAst())
  return [...found].sort()
}

describe.each(AREAS)('the words of %s', (area) => {
  const english = catalogue(area, 'en')

  test.each(['zh-Hant', 'zh-Hans'] as const)(
    'are all there in %s with the same variables, so that no reader meets a bare id',
    (locale) => {
      const theirs = catalogue(area, locale)
      expect(Object.keys(theirs).sort()).toEqual(Object.keys(english).sort())
      for (const [id, text] of Object.entries(english)) expect(variables(theirs[id] ?? ''), id).toEqual(variables(text))
    },
  )
})

/** Letters of the other script that our texts would use, and words of the other region. */
const FOREIGN = {
  'zh-Hant':
    /[积员门奖赏会码销额余计时间显见请选择设单据级别务礼订货币电话]|手机号|门店|小票|邮箱|登錄|信息|默認|優惠券/,
  'zh-Hans': /[積員門獎賞會碼銷額餘計時間顯見請選擇設單據級別務禮訂貨幣電話]|门市|電郵|电邮|登入|折抵|单据|獎賞|简讯/,
} as const

/** The one name of a language is written in that language, whoever reads it. */
const NAMES_OF_LANGUAGES = /^language\.name\./

describe.each(EVERY)('%s in %s', (_, locale, texts) => {
  test('says nothing empty, and nothing with a straight quote in Chinese', () => {
    for (const [id, text] of Object.entries(texts)) {
      expect(text.trim(), id).not.toBe('')
      if (locale !== 'en') expect(text.replace(/'[{}]+'/g, ''), id).not.toMatch(/["']/)
    }
  })

  test('uses its own script and region, so that nobody reads the neighbour’s words', () => {
    const pattern = locale === 'en' ? /[\p{Script=Han}]/u : FOREIGN[locale]
    const strange = Object.entries(texts).filter(([id, text]) => !NAMES_OF_LANGUAGES.test(id) && pattern.test(text))
    expect(strange).toEqual([])
  })

  test('has no exclamation mark and addresses the reader as 您', () => {
    const rude = Object.entries(texts).filter(([, text]) => /[!！]/.test(text) || /你(?!們|们)/.test(text))
    expect(rude).toEqual([])
  })
})

describe.each(LOCALES)('in %s', (locale) => {
  const texts = catalogue('shared', locale)

  test('every refusal of the product and every silence of the network has its sentence', () => {
    const missing = [...CODES, ...OWN_CODES].filter((code) => !(`problem.${code}` in texts))
    expect(missing).toEqual([])
  })

  test('every reason of an entry and every kind of entry has its words', () => {
    const reasons = WORDED_CODES.filter((code) => !(`why.${code}` in texts))
    const kinds = ENTRY_TYPES.filter((type) => !(`entry.${type}` in texts))
    expect([...reasons, ...kinds]).toEqual([])
    expect(ENTRY_IDS.filter((id) => !(id in texts))).toEqual([])
  })
})
