/** Joining after the one-time code: five fields on one screen, all answers kept while somebody is interrupted. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useEffect, useState } from 'react'
import { newKey } from '../../api.ts'
import type { Locale } from '../../i18n/formats.ts'
import { useLanguage } from '../../i18n/provider.tsx'
import { navigate } from '../../navigation.tsx'
import { useApi, useSession } from '../../page.tsx'
import { asProblem } from '../../problem.ts'
import { useTerms } from '../../program.ts'
import { Button } from '../../ui/button.tsx'
import { TextField, TickField } from '../../ui/field.tsx'
import { ProblemCard } from '../../ui/problem-card.tsx'
import type { Profile, Terms } from '../../wire.ts'
import { BirthdayFields } from '../birthday-fields.tsx'
import { useText } from '../catalogues.ts'
import { useCard } from '../data.ts'
import { useDraft } from '../draft.ts'
import { useFieldError } from '../field-error.ts'
import { Heading } from '../heading.tsx'
import { type JoinDraft, joinBody } from '../join-body.ts'
import { LanguageField } from '../language-field.tsx'
import { routes } from '../routes.ts'
import { SignInFirst } from '../state.tsx'

export function JoinScreen() {
  const t = useText()
  const { now } = useSession()
  const { data: terms } = useTerms()
  const { card, isOld } = useCard()
  const isMember = card !== undefined && !isOld
  useEffect(() => {
    if (isMember) navigate(routes.href('card'), { replace: true })
  }, [isMember])
  return (
    <>
      <Heading title={t('join.title')} />
      {now.status === 'out' ? <SignInFirst /> : <JoinForm terms={terms} />}
    </>
  )
}

const EMPTY = { name: '', month: '', day: '', mayWrite: false, isOldEnough: false }

function JoinForm({ terms }: { terms: Terms | undefined }) {
  const t = useText()
  const { locale } = useLanguage()
  const [initial] = useState<JoinDraft>(() => ({ ...EMPTY, key: newKey() }))
  const { values, change, clear } = useDraft('join', initial)
  const join = useJoin(values, locale, clear)
  const edit = (part: Partial<JoinDraft>) => change({ ...part, key: newKey() })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    join.mutate()
  }
  return (
    <form className="form" onSubmit={submit}>
      <JoinFields values={values} edit={edit} error={join.error} minAge={terms?.enrolment?.minAge} />
      {join.error && <ProblemCard problem={asProblem(join.error)} fate={t('join.kept')} />}
      <Button look="seal" type="submit" isWide isLarge disabled={join.isPending}>
        {t(join.isPending ? 'join.sending' : 'join.start')}
      </Button>
    </form>
  )
}

type FieldsProps = {
  readonly values: JoinDraft
  readonly edit: (part: Partial<JoinDraft>) => void
  readonly error: Error | null
  readonly minAge: number | undefined
}

function JoinFields({ values, edit, error, minAge }: FieldsProps) {
  const t = useText()
  const errorOf = useFieldError(error)
  return (
    <>
      <TextField
        label={t('join.name')}
        hint={t('join.nameHint')}
        value={values.name}
        onChange={({ target }) => edit({ name: target.value })}
        error={errorOf('/name')}
        autoComplete="name"
        required
        maxLength={200}
      />
      <LanguageField />
      <BirthdayFields
        legend={t('join.birthday')}
        hint={t('join.birthdayWhy')}
        month={values.month}
        day={values.day}
        onChange={edit}
        error={errorOf('/birthday')}
      />
      <TickField
        label={t('join.mayWrite')}
        hint={t('join.mayWriteHint')}
        checked={values.mayWrite}
        onChange={({ target }) => edit({ mayWrite: target.checked })}
      />
      {minAge ? (
        <TickField
          label={t('join.age', { age: minAge })}
          checked={values.isOldEnough}
          onChange={({ target }) => edit({ isOldEnough: target.checked })}
          error={errorOf('/minAgeConfirmed')}
          required
        />
      ) : null}
    </>
  )
}

function useJoin(values: JoinDraft, locale: Locale, clear: () => void) {
  const api = useApi()
  const queries = useQueryClient()
  const { token } = useSession()
  return useMutation({
    mutationFn: () => api.post<Profile>('/me', joinBody(values, locale), values.key),
    onSuccess: async () => {
      clear()
      // The token of before knew no member.
      await token(true)
      await queries.invalidateQueries()
      navigate(routes.href('card'), { replace: true })
    },
  })
}
