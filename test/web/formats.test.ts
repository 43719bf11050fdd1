import { describe, expect, test } from 'vitest'
import { formatsOf, inLocale, tagOf } from '../../web/src/i18n/formats.ts'
import { chooseLocale, localeOf } from '../../web/src/i18n/locale.ts'

const HONG_KONG = { zone: 'Asia/Hong_Kong', currency: 'HKD' }

describe('numbers, money and days', () => {
  test('are written as each reader writes them', () => {
    const en = formatsOf('en', HONG_KONG)
    const hant = formatsOf('zh-Hant', HONG_KONG)
    expect(en.points(1280)).toBe('1,280')
    expect(en.signed(-500)).toBe('−500')
    expect(en.signed(168)).toBe('+168')
    expect(en.signed(0)).toBe('0')
    expect(en.money(16800)).toBe('HK$168')
    expect(en.money(16850)).toBe('HK$168.50')
    expect(en.day('2026-12-31')).toBe('31 Dec 2026')
    expect(hant.day('2026-12-31')).toBe('2026年12月31日')
    expect(hant.shortDay('2026-12-06')).toBe('12月6日')
    expect(formatsOf('en', { zone: 'Asia/Tokyo', currency: 'JPY' }).money(1680)).toContain('1,680')
  })

  test('show an instant in the zone of the program, whatever the device thinks', () => {
    const { dayOf, time } = formatsOf('en', HONG_KONG)
    expect(time('2026-11-23T16:30:00.000Z')).toBe('00:30')
    expect(dayOf('2026-11-23T16:30:00.000Z')).toBe('2026-11-24')
  })

  test('take the region of the program where it writes in its own way', () => {
    expect(tagOf('zh-Hant', 'Asia/Hong_Kong')).toBe('zh-Hant-HK')
    expect(tagOf('zh-Hant', 'Asia/Taipei')).toBe('zh-Hant-TW')
    expect(tagOf('en', 'Europe/Berlin')).toBe('en-GB')
  })
})

test('a text of the program is said in the reader’s language, else in English, else in any', () => {
  expect(inLocale({ en: 'points', 'zh-Hant': '積分' }, 'zh-Hant')).toBe('積分')
  expect(inLocale({ en: 'points' }, 'zh-Hans')).toBe('points')
  expect(inLocale({ 'zh-Hant': '積分' }, 'en')).toBe('積分')
  expect(inLocale(undefined, 'en')).toBe('')
})

describe('the language of a reader', () => {
  test.each([
    ['zh-TW', 'zh-Hant'],
    ['zh-HK', 'zh-Hant'],
    ['zh-Hant-CN', 'zh-Hant'],
    ['zh-CN', 'zh-Hans'],
    ['zh', 'zh-Hans'],
    ['zh-Hans-HK', 'zh-Hans'],
    ['yue', 'zh-Hant'],
    ['en-US', 'en'],
    ['de', undefined],
  ])('%s is %s', (tag, locale) => {
    expect(localeOf(tag)).toBe(locale)
  })

  test('is what the link asks for, else what was chosen, else what the browser speaks', () => {
    const wishes = { search: '?lang=zh-Hans', chosen: 'zh-Hant', languages: ['en'] }
    expect(chooseLocale(wishes)).toBe('zh-Hans')
    expect(chooseLocale({ ...wishes, search: '?lang=xx' })).toBe('zh-Hant')
    expect(chooseLocale({ ...wishes, search: '', chosen: 'xx' })).toBe('en')
    expect(chooseLocale({ search: '', chosen: null, languages: ['de', 'zh-TW'] })).toBe('zh-Hant')
    expect(chooseLocale({ search: '', chosen: null, languages: ['de'] })).toBe('en')
  })
})
