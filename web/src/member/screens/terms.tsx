/** The terms of the program in force, public, made of the document itself. */
import { useLanguage } from '../../i18n/provider.tsx'
import { asProblem } from '../../problem.ts'
import { useTerms } from '../../program.ts'
import { ProblemCard } from '../../ui/problem-card.tsx'
import { Skeleton } from '../../ui/states.tsx'
import { useText } from '../catalogues.ts'
import { Heading } from '../heading.tsx'
import { termsParts } from '../terms-words.ts'

export function TermsScreen() {
  const t = useText()
  const { locale, formats } = useLanguage()
  const { data, error, refetch } = useTerms()
  return (
    <>
      <Heading title={t('terms.title')} />
      {data ? (
        <>
          {termsParts(data, { t, formats, locale }).map(({ title, lines }) => (
            <section key={title} className="terms-part">
              <h2 className="section-title">{title}</h2>
              <ul className="terms-lines">
                {lines.map((line) => (
                  <li key={line}>{line}</li>
                ))}
              </ul>
            </section>
          ))}
          <p className="fine">{t('state.times', { zone: formats.zoneName() })}</p>
        </>
      ) : error ? (
        <ProblemCard problem={asProblem(error)} onRetry={() => refetch()} />
      ) : (
        <Skeleton words={t('state.loading')} heights={[120, 80, 80]} />
      )}
    </>
  )
}
