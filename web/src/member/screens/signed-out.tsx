/** Who is not signed in: what the program gives, one way in for joining and returning alike, and the terms. */
import { inLocale } from '../../i18n/formats.ts'
import { useLanguage } from '../../i18n/provider.tsx'
import { Link } from '../../navigation.tsx'
import { useSession } from '../../page.tsx'
import { unitOf, useTerms } from '../../program.ts'
import { Button } from '../../ui/button.tsx'
import { Icon } from '../../ui/icons.tsx'
import { Note } from '../../ui/states.tsx'
import { useText } from '../catalogues.ts'
import { Heading } from '../heading.tsx'
import { routes } from '../routes.ts'
import { earningWords } from '../terms-words.ts'

export function SignedOut() {
  const t = useText()
  const { locale, formats } = useLanguage()
  const { signIn, now } = useSession()
  const { data: terms } = useTerms()
  const name = inLocale(terms?.name, locale) || t('brand.name')
  const unit = unitOf(terms, locale, t('unit.fallback'))
  return (
    <div className="welcome">
      <Heading title={t('welcome.title', { name })} />
      <p className="welcome-words">{t('welcome.words', { u: unit })}</p>
      {terms && (
        <ul className="welcome-gives">
          {earningWords(terms, { t, formats, locale })
            .slice(0, 3)
            .map((text) => (
              <li key={text}>{text}</li>
            ))}
        </ul>
      )}
      {now.isRefused && <Note icon="alert" kind="problem" title={t('welcome.refused')} />}
      <div className="welcome-ways">
        <Button look="seal" isWide isLarge onClick={() => signIn({ returnTo: routes.href('join') })}>
          {t('welcome.join')}
        </Button>
        <Button look="ink" isWide isLarge onClick={() => signIn({ returnTo: routes.href('card') })}>
          {t('action.signIn')}
        </Button>
      </div>
      <p className="welcome-small">{t('welcome.how')}</p>
      <Link className="all" href={routes.href('terms')}>
        {t('terms.title')}
        <Icon name="next" />
      </Link>
    </div>
  )
}
