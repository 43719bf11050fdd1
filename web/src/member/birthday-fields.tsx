/** Day and month of birth, never the year: a birthday needs no more. */
import { useId } from 'react'
import { useLanguage } from '../i18n/provider.tsx'
import { Icon } from '../ui/icons.tsx'
import { useText } from './catalogues.ts'

type Props = {
  readonly legend: string
  readonly hint: string
  readonly month: string
  readonly day: string
  readonly error?: string | undefined
  readonly onChange: (part: { month?: string; day?: string }) => void
}

const MONTHS = Array.from({ length: 12 }, (_, index) => index + 1)
const DAYS_IN_MONTH = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const

export function BirthdayFields({ legend, hint, month, day, error, onChange }: Props) {
  const t = useText()
  const { formats } = useLanguage()
  const id = useId()
  const months = new Intl.DateTimeFormat(formats.tag, { month: 'long', timeZone: 'UTC' })
  const days = DAYS_IN_MONTH[Number(month) - 1] ?? 31
  return (
    <fieldset className="fieldset" aria-describedby={`${id}-hint`}>
      <legend className="field-label">{legend}</legend>
      <div className="pair">
        <select
          className="field-input"
          aria-label={t('birthday.month')}
          value={month}
          onChange={({ target }) => onChange({ month: target.value })}
        >
          <option value="">{t('birthday.month')}</option>
          {MONTHS.map((each) => (
            <option key={each} value={each}>
              {months.format(Date.UTC(2024, each - 1, 1))}
            </option>
          ))}
        </select>
        <select
          className="field-input"
          aria-label={t('birthday.day')}
          value={day}
          onChange={({ target }) => onChange({ day: target.value })}
        >
          <option value="">{t('birthday.day')}</option>
          {Array.from({ length: days }, (_, index) => index + 1).map((each) => (
            <option key={each} value={each}>
              {each}
            </option>
          ))}
        </select>
      </div>
      <p className="field-hint" id={`${id}-hint`}>
        {hint}
      </p>
      {error && (
        <p className="field-error">
          <Icon name="alert" />
          {error}
        </p>
      )}
    </fieldset>
  )
}
