/** The words of the member page: one file per language, loaded when that language is read. */
import type { Locale } from '../i18n/formats.ts'
import type en from '../i18n/messages/member/en.json'
import type { Catalogue, Catalogues, CommonId } from '../i18n/provider.tsx'
import { textHook } from '../i18n/provider.tsx'

export type MemberId = keyof typeof en | CommonId
export const useText = textHook<MemberId>()
export type Say = ReturnType<typeof useText>

const FILES: Readonly<Record<Locale, () => Promise<readonly Catalogue[]>>> = {
  en: () => both(import('../i18n/messages/shared/en.json'), import('../i18n/messages/member/en.json')),
  'zh-Hant': () => both(import('../i18n/messages/shared/zh-Hant.json'), import('../i18n/messages/member/zh-Hant.json')),
  'zh-Hans': () => both(import('../i18n/messages/shared/zh-Hans.json'), import('../i18n/messages/member/zh-Hans.json')),
}

export const catalogues: Catalogues = (locale) => FILES[locale]()

async function both(...files: readonly Promise<{ readonly default: Catalogue }>[]): Promise<readonly Catalogue[]> {
  return (await Promise.all(files)).map((file) => file.default)
}
