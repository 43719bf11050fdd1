/** A friend opened somebody's link: keeps the code for joining and says what happens next. */
import { useEffect } from 'react'
import { inLocale } from '../../i18n/formats.ts'
import { useFormats, useLanguage } from '../../i18n/provider.tsx'
import { navigate, usePathname } from '../../navigation.tsx'
import { useSession } from '../../page.tsx'
import { useTerms } from '../../program.ts'
import { Button } from '../../ui/button.tsx'
import { Note } from '../../ui/states.tsx'
import { useText } from '../catalogues.ts'
import { kept, useProfile } from '../data.ts'
import { Heading } from '../heading.tsx'
import { INVITED_BY } from '../invitation.ts'
import { routes } from '../routes.ts'

export function InvitedScreen() {
  const t = useText()
  const { locale } = useLanguage()
  const formats = useFormats()
  const { signIn, now } = useSession()
  const { data: terms } = useTerms()
  const own = useProfile()
  const route = routes.match(usePathname())
  const code = route?.name === 'invited' ? route.params.code.toUpperCase() : ''
  useEffect(() => {
    kept.set(INVITED_BY, code)
  }, [code])
  const name = inLocale(terms?.name, locale) || t('brand.name')
  const reward = terms?.referral?.reward
  if (own.data?.profile.referralCode === code) return <Note icon="info" title={t('invited.own')} kind="empty" />
  const join = () => (now.status === 'in' ? navigate(routes.href('join')) : signIn({ returnTo: routes.href('join') }))
  return (
    <div className="welcome">
      <Heading title={t('invited.title', { name })} />
      {reward && (
        <p>{t('invited.words', { friend: formats.points(reward.friend), own: formats.points(reward.referrer) })}</p>
      )}
      <Button look="seal" isWide isLarge onClick={join}>
        {t('welcome.join')}
      </Button>
      <p className="welcome-small">{t('welcome.how')}</p>
    </div>
  )
}
