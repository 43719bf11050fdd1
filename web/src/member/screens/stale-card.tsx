/** Somebody, perhaps the same person on another device, changed it meanwhile: both values side by side, and a choice. */
import { useQuery } from '@tanstack/react-query'
import { useApi } from '../../page.tsx'
import { Button } from '../../ui/button.tsx'
import { Note } from '../../ui/states.tsx'
import type { Profile } from '../../wire.ts'
import { useText } from '../catalogues.ts'
import { useProfile } from '../data.ts'

export type Compared = {
  readonly label: string
  readonly mine: string
  /** The same value as it is kept now. */
  readonly theirs: (now: Profile) => string
}

type Props = {
  readonly values: readonly Compared[]
  /** With the version that is overwritten knowingly. */
  readonly onMine: (etag: string) => void
  readonly onTheirs: () => void
}

export function StaleCard({ values, onMine, onTheirs }: Props) {
  const t = useText()
  const api = useApi()
  const shown = useProfile()
  const fresh = useQuery({ queryKey: ['profile', 'fresh'], queryFn: () => api.call<Profile>('/me'), gcTime: 0 })
  const now = fresh.data
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
          <Button disabled={now === undefined} onClick={() => onMine(now?.etag ?? '')}>
            {t('stale.mine')}
          </Button>
          <Button onClick={theirs}>{t('stale.theirs')}</Button>
        </>
      }
    >
      <dl className="compared">
        {values.map((value) => (
          <div key={value.label} className="compared-value">
            <dt>{value.label}</dt>
            <dd>
              <span className="compared-whose">{t('stale.mineIs')}</span> {value.mine}
            </dd>
            <dd>
              <span className="compared-whose">{t('stale.theirsIs')}</span> {now && value.theirs(now.body)}
            </dd>
          </div>
        ))}
      </dl>
    </Note>
  )
}
