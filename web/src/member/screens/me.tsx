/** Who I am here: name, contact, birthday, language, appearance, what I allowed, and what I can take with me or end. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useFormats } from '../../i18n/provider.tsx'
import { Link } from '../../navigation.tsx'
import { useApi, useSession } from '../../page.tsx'
import { chooseTheme, currentTheme, THEMES } from '../../theme.ts'
import { Button } from '../../ui/button.tsx'
import { SelectField } from '../../ui/field.tsx'
import { Icon } from '../../ui/icons.tsx'
import { Note } from '../../ui/states.tsx'
import type { Profile } from '../../wire.ts'
import { useText } from '../catalogues.ts'
import { forget, useProfile } from '../data.ts'
import { Heading } from '../heading.tsx'
import { LanguageField } from '../language-field.tsx'
import { routes } from '../routes.ts'
import { inFours } from '../shown-code.ts'
import { Own } from '../state.tsx'
import { AccountEnd } from './account-end.tsx'
import { OwnForm } from './own-form.tsx'

export function MeScreen() {
  const t = useText()
  const profile = useProfile()
  return (
    <>
      <Heading title={t('me.title')} />
      <Own query={profile} heights={[96, 96, 96]}>
        {({ profile: own, etag }) => (
          <>
            <OwnForm profile={own} etag={etag} />
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
          <dd className="digits">{inFours(profile.cardNumber)}</dd>
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
    // No value of others is lost by a language, whatever else was changed meanwhile.
    mutationFn: async (next: string) => {
      const { etag = '' } = await api.call('/me')
      return api.call('/me', { method: 'PATCH', body: { locale: next }, ifMatch: etag })
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ['profile'] }),
  })
  return (
    <section className="form" aria-labelledby="looks">
      <h2 id="looks" className="section-title">
        {t('me.looks')}
      </h2>
      <LanguageField hint={t('me.languageHint')} onChosen={(next) => own.data && tell.mutate(next)} />
      {tell.error && <Note icon="alert" kind="problem" title={t('me.languageUnsaved')} />}
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
