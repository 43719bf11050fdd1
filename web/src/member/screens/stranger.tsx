/** Somebody's camera met a member's code: says what it is, and nothing about whose. */

import { useEffect } from 'react'
import { Link, navigate } from '../../navigation.tsx'
import { buttonClass } from '../../ui/button.tsx'
import { Note } from '../../ui/states.tsx'
import { useText } from '../catalogues.ts'
import { Heading } from '../heading.tsx'
import { routes } from '../routes.ts'

export function StrangerScreen() {
  const t = useText()
  // The code leaves the address at once, so that it is neither bookmarked nor sent on.
  useEffect(() => navigate(routes.href('stranger', { code: 'card' }), { replace: true }), [])
  return (
    <>
      <Heading title={t('stranger.title')} />
      <Note
        icon="code"
        title={t('stranger.words')}
        kind="empty"
        actions={
          <Link className={buttonClass()} href={routes.href('card')}>
            {t('stranger.own')}
          </Link>
        }
      />
    </>
  )
}
