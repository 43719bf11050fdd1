/** A friend opened somebody's link: the way to join. Who is a member already is shown the way to their card. */
import { inLocale } from '../../i18n/formats.ts'
import { useLanguage } from '../../i18n/provider.tsx'
import { Link, navigate } from '../../navigation.tsx'
import { useSession } from '../../page.tsx'
import { unitOf, useTerms } from '../../program.ts'
import { Button, buttonClass } from '../../ui/button.tsx'
import { Note } from '../../ui/states.tsx'
import { useText } from '../catalogues.ts'
import { useCard } from '../data.ts'
import { Heading } from '../heading.tsx'
import { routes } from '../routes.ts'

export function InvitedScreen() {
  const t = useText()
  const { locale } = useLanguage()
  const { signIn, now } = useSession()
  const { data: terms } = useTerms()
  const { card } = useCard()
  const name = inLocale(terms?.name, locale) || t('brand.name')
  const join = () => (now.status === 'in' ? navigate(routes.href('join')) : signIn({ returnTo: routes.href('join') }))
  return (
    <div className="welcome">
      <Heading title={t('invited.title', { name })} />
      {card ? (
        <Note
          icon="card"
          title={t('invited.member')}
          actions={
            <Link className={buttonClass()} href={routes.href('card')}>
              {t('card.title')}
            </Link>
          }
        />
      ) : (
        <>
          <p className="welcome-words">{t('welcome.words', { u: unitOf(terms, locale, t('unit.fallback')) })}</p>
          <Button look="seal" isWide isLarge onClick={join}>
            {t('welcome.join')}
          </Button>
          <p className="welcome-small">{t('welcome.how')}</p>
        </>
      )}
    </div>
  )
}
