/** The last three lines, and the way to all. */
import { Link } from '../../navigation.tsx'
import { Icon } from '../../ui/icons.tsx'
import { useText } from '../catalogues.ts'
import { useEntries } from '../data.ts'
import { routes } from '../routes.ts'
import { EntryLine } from './entry-line.tsx'

const SHOWN = 3

export function CardLatest() {
  const t = useText()
  const { lines } = useEntries()
  if (lines === undefined) return null
  return (
    <section className="latest" aria-labelledby="latest">
      <h2 id="latest" className="section-title">
        {t('activity.latest')}
      </h2>
      {lines.length === 0 ? (
        <p className="empty-words">{t('activity.none')}</p>
      ) : (
        <>
          <ul>
            {lines.slice(0, SHOWN).map((line) => (
              <EntryLine key={line.id} line={line} />
            ))}
          </ul>
          <Link className="all" href={routes.href('activity')}>
            {t('activity.all')}
            <Icon name="next" />
          </Link>
        </>
      )}
    </section>
  )
}
