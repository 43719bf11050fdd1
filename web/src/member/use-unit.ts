/** `{u}` of every sentence of the member page. */
import { useLanguage } from '../i18n/provider.tsx'
import { unitOf, useTerms } from '../program.ts'
import { useText } from './catalogues.ts'

export function useUnit(): string {
  const t = useText()
  const { locale } = useLanguage()
  return unitOf(useTerms().data, locale, t('unit.fallback'))
}
