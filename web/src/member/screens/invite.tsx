/** Inviting friends: says plainly that the program gives nothing for it, and how a friend joins all the same. */
import { Link } from '../../navigation.tsx'
import { buttonClass } from '../../ui/button.tsx'
import { Note } from '../../ui/states.tsx'
import { useText } from '../catalogues.ts'
import { Heading } from '../heading.tsx'
import { routes } from '../routes.ts'

export function InviteScreen() {
  const t = useText()
  return (
    <>
      <Heading title={t('invite.title')} />
      <Note
        icon="invite"
        title={t('invite.off')}
        kind="empty"
        actions={
          <Link className={buttonClass()} href={routes.href('terms')}>
            {t('terms.title')}
          </Link>
        }
      >
        {t('invite.offText')}
      </Note>
    </>
  )
}
