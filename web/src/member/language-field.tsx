/** The choice of language, each named in itself. */
import type { ReactNode } from 'react'
import { LOCALES, type Locale } from '../i18n/formats.ts'
import { isLocale } from '../i18n/locale.ts'
import { useLanguage } from '../i18n/provider.tsx'
import { SelectField } from '../ui/field.tsx'
import { useText } from './catalogues.ts'

type Props = { readonly hint?: ReactNode; readonly onChosen?: (locale: Locale) => void }

export function LanguageField({ hint, onChosen }: Props) {
  const t = useText()
  const { locale, setLocale } = useLanguage()
  const choose = (text: string) => {
    if (!isLocale(text)) return
    setLocale(text)
    onChosen?.(text)
  }
  return (
    <SelectField label={t('language.label')} hint={hint} value={locale} onChange={({ target }) => choose(target.value)}>
      {LOCALES.map((each) => (
        <option key={each} value={each} lang={each}>
          {t(`language.name.${each}`)}
        </option>
      ))}
    </SelectField>
  )
}
