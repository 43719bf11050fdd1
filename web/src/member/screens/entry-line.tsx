/** One line of the ledger: what, when, how many, and the balance after it; opened, why. */
import { useHasText, useLanguage } from '../../i18n/provider.tsx'
import { lineWords, whyWords } from '../../i18n/why.ts'
import { useTerms } from '../../program.ts'
import { Icon } from '../../ui/icons.tsx'
import { ZoneTime } from '../../ui/zone-time.tsx'
import type { Line } from '../../wire.ts'
import { useText } from '../catalogues.ts'
import { storeName } from '../reward-words.ts'

export function EntryLine({ line }: { line: Line }) {
  const t = useText()
  const has = useHasText()
  const { formats } = useLanguage()
  const kind = line.points > 0 ? 'earn' : line.points < 0 ? 'spend' : 'none'
  return (
    <li>
      <details className="entry">
        <summary>
          <Icon name={kind === 'earn' ? 'plus' : kind === 'spend' ? 'minus' : 'info'} />
          <span className="entry-what">
            {lineWords(line, { t, has, formats })}
            <span className="entry-when">
              <time dateTime={line.effectiveAt}>{formats.day(formats.dayOf(line.effectiveAt))}</time>
            </span>
          </span>
          {kind !== 'none' && (
            <>
              <span className={`entry-points digits entry-${kind}`}>{formats.signed(line.points)}</span>
              <span className="entry-after digits">
                <span className="only-heard">{t('activity.after')} </span>
                {formats.points(line.balances.available)}
              </span>
            </>
          )}
        </summary>
        <Why line={line} />
      </details>
    </li>
  )
}

function Why({ line }: { line: Line }) {
  const t = useText()
  const has = useHasText()
  const { formats, locale } = useLanguage()
  const terms = useTerms()
  const store = line.receipt?.storeId ?? line.storeId
  // Of a line that moves nothing the first reason is the title.
  const parts = line.points === 0 ? line.because.slice(1) : line.because
  return (
    <div className="why">
      <ul hidden={parts.length === 0}>
        {parts.map((part, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a written entry never change
          <li key={index}>
            <span>{whyWords(part, { t, has, formats })}</span>
            {part.points !== 0 && <span className="digits">{formats.signed(part.points)}</span>}
          </li>
        ))}
      </ul>
      {line.note && <p>{line.note}</p>}
      <dl className="why-facts">
        {store && <Fact term={t('activity.store')}>{storeName(store, terms.data, locale)}</Fact>}
        {line.receipt && <Fact term={t('activity.receipt')}>{line.receipt.receiptNumber}</Fact>}
        {line.expiresOn && <Fact term={t('activity.lot')}>{formats.day(line.expiresOn)}</Fact>}
        <Fact term={t('activity.recorded')}>
          <ZoneTime at={line.recordedAt} />
        </Fact>
        {line.balances.pending > 0 && (
          <Fact term={t('activity.pendingAfter')}>{formats.points(line.balances.pending)}</Fact>
        )}
      </dl>
    </div>
  )
}

function Fact({ term, children }: { term: string; children: React.ReactNode }) {
  return (
    <div>
      <dt>{term}</dt>
      <dd className="digits">{children}</dd>
    </div>
  )
}
