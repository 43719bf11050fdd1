/** Every line of the account by the month of its business day, newest first; nothing loads by itself. The statement can be verified on this device. */
import { useLanguage } from '../../i18n/provider.tsx'
import { Link } from '../../navigation.tsx'
import { useIsOnline } from '../../page.tsx'
import { Button, buttonClass } from '../../ui/button.tsx'
import { ProblemCard } from '../../ui/problem-card.tsx'
import { Note } from '../../ui/states.tsx'
import { byMonth } from '../by-month.ts'
import { useText } from '../catalogues.ts'
import { useEntries } from '../data.ts'
import { Heading } from '../heading.tsx'
import { useOlder } from '../older.ts'
import { routes } from '../routes.ts'
import { Own } from '../state.tsx'
import { EntryLine } from './entry-line.tsx'
import { VerifyStatement } from './verify-statement.tsx'

export function ActivityScreen() {
  const t = useText()
  const { formats } = useLanguage()
  const isOnline = useIsOnline()
  const entries = useEntries()
  const older = useOlder(entries.data)
  return (
    <>
      <Heading title={t('activity.title')} />
      <Own
        query={{
          data: entries.lines && [...entries.lines, ...older.lines],
          error: entries.error,
          refetch: entries.refetch,
        }}
        heights={[24, 56, 56, 56]}
      >
        {(lines) =>
          lines.length === 0 ? (
            <Note
              icon="receipt"
              title={t('activity.none')}
              kind="empty"
              actions={
                <Link className={buttonClass()} href={routes.href('code')}>
                  {t('card.showCode')}
                </Link>
              }
            />
          ) : (
            <>
              {byMonth(lines, formats.dayOf).map(([month, group]) => (
                <section key={month}>
                  <h2 className="section-title">{formats.monthOf(`${month}-01`)}</h2>
                  <ul>
                    {group.map((line) => (
                      <EntryLine key={line.id} line={line} />
                    ))}
                  </ul>
                </section>
              ))}
              {older.hasMore && (
                <Button isWide disabled={older.isLoading || !isOnline} onClick={older.load}>
                  {t('action.more')}
                </Button>
              )}
              {!isOnline && <p className="reason">{t('activity.offline')}</p>}
              {older.problem && <ProblemCard problem={older.problem} onRetry={older.load} />}
              <VerifyStatement />
              <p className="fine">{t('state.times', { zone: formats.zoneName() })}</p>
            </>
          )
        }
      </Own>
    </>
  )
}
