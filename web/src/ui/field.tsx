/** Labelled inputs whose hint and error are read with them: the error stays beside the field it is about. */
import { type ComponentProps, type ReactNode, useId } from 'react'
import { Icon } from './icons.tsx'

type About = { readonly label: ReactNode; readonly hint?: ReactNode; readonly error?: ReactNode }

export function TextField({ label, hint, error, ...input }: ComponentProps<'input'> & About) {
  const { ids, described, notes } = useNotes({ hint, error })
  return (
    <div className="field">
      <label className="field-label" htmlFor={ids}>
        {label}
      </label>
      <input
        {...input}
        id={ids}
        className="field-input"
        aria-describedby={described}
        aria-invalid={error ? true : undefined}
      />
      {notes}
    </div>
  )
}

export function SelectField({ label, hint, error, children, ...select }: ComponentProps<'select'> & About) {
  const { ids, described, notes } = useNotes({ hint, error })
  return (
    <div className="field">
      <label className="field-label" htmlFor={ids}>
        {label}
      </label>
      <select
        {...select}
        id={ids}
        className="field-input"
        aria-describedby={described}
        aria-invalid={error ? true : undefined}
      >
        {children}
      </select>
      {notes}
    </div>
  )
}

export function TickField({ label, hint, error, ...input }: ComponentProps<'input'> & About) {
  const { ids, described, notes } = useNotes({ hint, error })
  return (
    <div className="tick">
      <input {...input} type="checkbox" id={ids} aria-describedby={described} aria-invalid={error ? true : undefined} />
      <label htmlFor={ids}>{label}</label>
      {notes}
    </div>
  )
}

function useNotes({ hint, error }: Omit<About, 'label'>) {
  const ids = useId()
  const described = [hint && `${ids}-hint`, error && `${ids}-error`].filter(Boolean).join(' ') || undefined
  const notes = (
    <>
      {hint && (
        <p className="field-hint" id={`${ids}-hint`}>
          {hint}
        </p>
      )}
      {error && (
        <p className="field-error" id={`${ids}-error`}>
          <Icon name="alert" />
          {error}
        </p>
      )}
    </>
  )
  return { ids, described, notes }
}
