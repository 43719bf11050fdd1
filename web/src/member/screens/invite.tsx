/** Inviting: the member's own code as link and QR code, what both sides get, and plainly when there is nothing to get. */
import { lazy, Suspense, useState } from 'react'
import { useFormats, useLanguage } from '../../i18n/provider.tsx'
import { unitOf, useTerms } from '../../program.ts'
import { Button } from '../../ui/button.tsx'
import { Note } from '../../ui/states.tsx'
import type { Profile, Terms } from '../../wire.ts'
import { useText } from '../catalogues.ts'
import { useProfile } from '../data.ts'
import { Heading } from '../heading.tsx'
import { routes } from '../routes.ts'
import { Own } from '../state.tsx'

const Qr = lazy(async () => ({ default: (await import('../../ui/qr.tsx')).Qr }))

export function InviteScreen() {
  const t = useText()
  const terms = useTerms()
  return (
    <>
      <Heading title={t('invite.title')} />
      <Own query={useProfile()} heights={[56, 200, 56]}>
        {({ profile }) => <Offer profile={profile} terms={terms.data} />}
      </Own>
    </>
  )
}

function Offer({ profile, terms }: { profile: Profile; terms: Terms | undefined }) {
  const t = useText()
  const formats = useFormats()
  const { locale } = useLanguage()
  const reward = terms?.referral?.reward
  const link = `${location.origin}${routes.href('invited', { code: profile.referralCode })}`
  if (terms !== undefined && reward === undefined) {
    return (
      <Note icon="invite" title={t('invite.off')} kind="empty">
        {t('invite.offText')}
      </Note>
    )
  }
  return (
    <>
      {reward && (
        <p className="give-get digits">
          {t('invite.give', { friend: formats.points(reward.friend), own: formats.points(reward.referrer) })}
        </p>
      )}
      {reward && (
        <p>
          {t('invite.words', {
            friend: formats.points(reward.friend),
            own: formats.points(reward.referrer),
            u: unitOf(terms, locale, t('unit.fallback')),
          })}
        </p>
      )}
      <div className="code-qr code-small">
        <Suspense fallback={<div className="code-space" />}>
          <Qr text={link} label={t('invite.qr')} />
        </Suspense>
      </div>
      <p className="code-digits">{profile.referralCode}</p>
      <p className="link-text">{link}</p>
      <Ways link={link} />
      <p className="fine">{t('invite.rules')}</p>
    </>
  )
}

/** Sharing where the browser can, copying everywhere. */
function Ways({ link }: { link: string }) {
  const t = useText()
  const [isCopied, setCopied] = useState(false)
  const copy = async () => {
    await navigator.clipboard.writeText(link)
    setCopied(true)
  }
  return (
    <div className="ways">
      {'share' in navigator && (
        <Button look="ink" icon="share" onClick={() => navigator.share({ url: link }).catch(() => setCopied(false))}>
          {t('invite.share')}
        </Button>
      )}
      <Button icon={isCopied ? 'check' : 'copy'} onClick={() => copy().catch(() => setCopied(false))}>
        {t(isCopied ? 'action.copied' : 'invite.copy')}
      </Button>
      <span className="only-heard" role="status">
        {isCopied && t('action.copied')}
      </span>
    </div>
  )
}
