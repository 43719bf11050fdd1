/** Somebody, perhaps the same person on another device, changed it meanwhile: both values side by side, and a choice. */
import { useQuery } from '@tanstack/react-query'
import { useApi } from '../../page.tsx'
import { Button } from '../../ui/button.tsx'
import { Note } from '../../ui/states.tsx'
import type { Profile } from '../../wire.ts'
import { useText } from '../catalogues.ts'
import { useProfile } from '../data.ts'

type Props = { readonly mine: string; readonly onMine: (etag: string) => void; readonly onTheirs: () => void }

export function StaleCard({ mine, onMine, onTheirs }: Props) {
  const t = useText()
  const api = useApi()
  const shown = useProfile()
  const fresh = useQuery({ queryKey: ['profile', 'fresh'], queryFn: () => api.call<Profile>('/me'), gcTime: 0 })
  const theirs = async () => {
    await shown.refetch()
    onTheirs()
  }
  return (
    <Note
      icon="alert"
      kind="problem"
      title={t('problem.stale_version')}
      actions={
        <>
          <Button disabled={!fresh.data} onClick={() => onMine(fresh.data?.etag ?? '')}>
            {t('stale.mine')}
          </Button>
          <Button onClick={theirs}>{t('stale.theirs')}</Button>
        </>
      }
    >
      <dl className="pairs">
        <div>
          <dt>{t('stale.mineIs')}</dt>
          <dd>{mine}</dd>
        </div>
        <div>
          <dt>{t('stale.theirsIs')}</dt>
          <dd>{fresh.data?.body.name ?? ''}</dd>
        </div>
      </dl>
    </Note>
  )
}
