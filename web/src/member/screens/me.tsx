/** Who I am here: name, contact, birthday, language, appearance, what I allowed, and what I can take with me or end. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useFormats } from '../../i18n/provider.tsx'
import { Link } from '../../navigation.tsx'
import { useApi, useIsOnline, useSession } from '../../page.tsx'
import { asProblem } from '../../problem.ts'
import { chooseTheme, currentTheme, THEMES } from '../../theme.ts'
import { Button } from '../../ui/button.tsx'
import { SelectField, TextField } from '../../ui/field.tsx'
import { Icon } from '../../ui/icons.tsx'
import { ProblemCard } from '../../ui/problem-card.tsx'
import type { Profile } from '../../wire.ts'
import { BirthdayFields } from '../birthday-fields.tsx'
import { useText } from '../catalogues.ts'
import { forget, useProfile } from '../data.ts'
import { useFieldError } from '../field-error.ts'
import { Heading } from '../heading.tsx'
import { LanguageField } from '../language-field.tsx'
import { routes } from '../routes.ts'
import { Own } from '../state.tsx'
import { useChange } from '../use-change.ts'
import { AccountEnd } from './account-end.tsx'
import { StaleCard } from './stale-card.tsx'

export function MeScreen() {
  const t = useText()
  const profile = useProfile()
  return (
    <>
      <Heading title={t('me.title')} />
      <Own query={profile} heights={[96, 96, 96]}>
        {({ profile: own, etag }) => (
          <>
            <OwnForm key={etag} profile={own} etag={etag} />
            <Contacts profile={own} />
            <Link className="all" href={routes.href('consents')}>
              {t('consents.title')}
              <Icon name="next" />
            </Link>
          </>
        )}
      </Own>
      <Looks />
      <Link className="all" href={routes.href('terms')}>
        {t('terms.title')}
        <Icon name="next" />
      </Link>
      {profile.data && <AccountEnd profile={profile.data.profile} />}
      <SignOut />
    </>
  )
}

function OwnForm({ profile, etag }: { profile: Profile; etag: string }) {
  const t = useText()
  const isOnline = useIsOnline()
  const [name, setName] = useState(profile.name ?? '')
  const [month, setMonth] = useState(String(profile.birthday?.month ?? ''))
  const [day, setDay] = useState(String(profile.birthday?.day ?? ''))
  const change = useChange(etag)
  const errorOf = useFieldError(change.error)
  const birthday = month !== '' && day !== '' ? { month: Number(month), day: Number(day) } : null
  const isSame = name === (profile.name ?? '') && JSON.stringify(birthday) === JSON.stringify(profile.birthday)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    change.mutate({
      ...(name !== profile.name && { name }),
      ...(JSON.stringify(birthday) !== JSON.stringify(profile.birthday) && { birthday }),
    })
  }
  const problem = change.error ? asProblem(change.error) : undefined
  return (
    <form className="form" onSubmit={submit}>
      <TextField
        label={t('join.name')}
        value={name}
        onChange={({ target }) => setName(target.value)}
        error={errorOf('/name')}
        autoComplete="name"
        required
        maxLength={200}
      />
      <BirthdayFields
        legend={t('join.birthday')}
        hint={t('join.birthdayWhy')}
        month={month}
        day={day}
        error={errorOf('/birthday')}
        onChange={(part) => {
          if (part.month !== undefined) setMonth(part.month)
          if (part.day !== undefined) setDay(part.day)
        }}
      />
      {problem?.code === 'stale_version' ? (
        <StaleCard mine={name} onMine={(fresh) => change.mutate({ name, birthday }, fresh)} onTheirs={change.reset} />
      ) : (
        problem && <ProblemCard problem={problem} fate={t('me.unsaved')} />
      )}
      <Button type="submit" look="ink" disabled={isSame || change.isPending || !isOnline}>
        {t('action.save')}
      </Button>
      <p className="only-heard" role="status">
        {change.isSuccess && t('me.saved')}
      </p>
    </form>
  )
}

function Contacts({ profile }: { profile: Profile }) {
  const t = useText()
  const formats = useFormats()
  return (
    <section aria-labelledby="contacts">
      <h2 id="contacts" className="section-title">
        {t('me.contacts')}
      </h2>
      <dl className="pairs">
        <div>
          <dt>{t('me.email')}</dt>
          <dd>{profile.email ?? t('me.none')}</dd>
        </div>
        <div>
          <dt>{t('me.phone')}</dt>
          <dd>{profile.phone ?? t('me.none')}</dd>
        </div>
        <div>
          <dt>{t('me.card')}</dt>
          <dd className="digits">{profile.cardNumber.replace(/(\d{4})(?=\d)/g, '$1 ')}</dd>
        </div>
        <div>
          <dt>{t('me.since')}</dt>
          <dd>{formats.day(formats.dayOf(profile.joinedAt))}</dd>
        </div>
      </dl>
      <Link className="all" href={routes.href('contact')}>
        {t('contact.title')}
        <Icon name="next" />
      </Link>
      {profile.phone && <p className="fine">{t('contact.phone')}</p>}
    </section>
  )
}

function Looks() {
  const t = useText()
  const [theme, setTheme] = useState(currentTheme)
  const api = useApi()
  const queries = useQueryClient()
  const own = useProfile()
  const tell = useMutation({
    mutationFn: (next: string) =>
      api.call('/me', { method: 'PATCH', body: { locale: next }, ifMatch: own.data?.etag ?? '' }),
    onSettled: () => queries.invalidateQueries({ queryKey: ['profile'] }),
  })
  return (
    <section className="form" aria-labelledby="looks">
      <h2 id="looks" className="section-title">
        {t('me.looks')}
      </h2>
      <LanguageField hint={t('me.languageHint')} onChosen={(next) => own.data && tell.mutate(next)} />
      <SelectField
        label={t('theme.label')}
        value={theme}
        onChange={({ target }) => {
          const next = THEMES.find((each) => each === target.value) ?? 'system'
          chooseTheme(next)
          setTheme(next)
        }}
      >
        {THEMES.map((each) => (
          <option key={each} value={each}>
            {t(`theme.${each}`)}
          </option>
        ))}
      </SelectField>
    </section>
  )
}

function SignOut() {
  const t = useText()
  const { signOut, now } = useSession()
  const queries = useQueryClient()
  if (now.status === 'out') return null
  return (
    <Button
      isWide
      icon="exit"
      onClick={async () => {
        await forget(queries)
        await signOut()
      }}
    >
      {t('action.signOut')}
    </Button>
  )
}
