/** Joining after the one-time code: five fields on one screen, all answers kept while somebody is interrupted. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, type RefObject, useEffect, useRef, useState } from 'react'
import { newKey } from '../../api.ts'
import type { Locale } from '../../i18n/formats.ts'
import { useLanguage } from '../../i18n/provider.tsx'
import { navigate } from '../../navigation.tsx'
import { useApi, useSession } from '../../page.tsx'
import { asProblem, Problem } from '../../problem.ts'
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
  const minAge = terms?.enrolment?.minAge
  const form = useRef<HTMLFormElement>(null)
  const [tries, setTries] = useState(0)
  const lacking = lackingIn(values, minAge)
  const error = tries > 0 && lacking ? lacking : join.error
  useFirstWrong(form, `${tries} ${join.failureCount}`)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setTries(tries + 1)
    if (lacking === null) join.mutate()
  }
  return (
    <form className="form" onSubmit={submit} noValidate ref={form}>
      <JoinFields values={values} edit={edit} error={error} minAge={minAge} />
      {error && <ProblemCard problem={asProblem(error)} fate={t('join.kept')} />}
      <Button look="seal" type="submit" isWide isLarge disabled={join.isPending}>
        {t(join.isPending ? 'join.sending' : isUnheard(error) ? 'action.tryAgain' : 'join.start')}
      </Button>
    </form>
  )
}

/** What a person has still to answer, as the service would say it; the browser's own words may be in another language. */
function lackingIn({ name, isOldEnough }: JoinDraft, minAge: number | undefined): Problem | null {
  const pointers = [name.trim() === '' && '/name', minAge && !isOldEnough && '/minAgeConfirmed']
  const errors = pointers
    .filter((each) => typeof each === 'string')
    .map((pointer) => ({ pointer, code: 'required_field' }))
  return errors.length > 0 ? new Problem({ code: 'validation_failed', status: 400, errors }) : null
}

/** After each try whoever cannot see the form is where it has to be mended. */
function useFirstWrong(form: RefObject<HTMLFormElement | null>, attempt: string): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new try is the reason to look
  useEffect(() => {
    form.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus()
  }, [form, attempt])
}

function isUnheard(error: Error | null): boolean {
  return error !== null && asProblem(error).facts.status === 0
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
