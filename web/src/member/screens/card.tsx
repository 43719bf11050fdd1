/**
 * The first screen: the balance as typography, what it leads to, what ends when, and the code one tap away. Painted from
 * what is kept; the newer number takes its place in the same box.
 */
import { lazy, Suspense, useEffect, useRef, useState } from 'react'
import { useLanguage } from '../../i18n/provider.tsx'
import { navigate, usePathname } from '../../navigation.tsx'
import { useSession } from '../../page.tsx'
import { asProblem } from '../../problem.ts'
import { unitOf, useTerms } from '../../program.ts'
import { Button } from '../../ui/button.tsx'
import { Digits } from '../../ui/digits.tsx'
import { Skeleton } from '../../ui/states.tsx'
import type { Card } from '../../wire.ts'
import { useText } from '../catalogues.ts'
import { useCard } from '../data.ts'
import { Heading } from '../heading.tsx'
import { routes } from '../routes.ts'
import { Failed } from '../state.tsx'
import { CardFacts } from './card-facts.tsx'
import { CardLatest } from './card-latest.tsx'
import { CardReward } from './card-reward.tsx'
import { TierTag } from './tier-tag.tsx'

const CodeSheet = lazy(async () => ({ default: (await import('./code-sheet.tsx')).CodeSheet }))
const SignedOut = lazy(async () => ({ default: (await import('./signed-out.tsx')).SignedOut }))

export function CardScreen() {
  const t = useText()
  const { now } = useSession()
  const { card, error, refetch, isOld } = useCard({ isWatched: true })
  const isCodeOpen = routes.match(usePathname())?.name === 'code'
  const change = useChange(card, isOld)
  if (now.status === 'out') return <SignedOut />
  if (card === undefined) {
    return (
      <>
        <Heading title={t('card.title')} isQuiet />
        {error || now.status === 'away' ? (
          <Failed problem={asProblem(error)} onRetry={refetch} />
        ) : (
          <Skeleton words={t('state.loading')} heights={[32, 96, 56, 56, 120]} />
        )}
      </>
    )
  }
  return (
    <>
      <Heading title={t('card.title')} isQuiet />
      <Balance card={card} change={change} />
      <CardReward card={card} />
      <CardLatest />
      <div className="show-code">
        <Button look="ink" icon="code" isWide isLarge onClick={() => navigate(routes.href('code'))}>
          {t('card.showCode')}
        </Button>
      </div>
      {isCodeOpen && (
        <Suspense>
          <CodeSheet card={card} change={change} />
        </Suspense>
      )}
    </>
  )
}

function Balance({ card, change }: { card: Card; change: Change | undefined }) {
  const t = useText()
  const { locale, formats } = useLanguage()
  const terms = useTerms()
  const unit = unitOf(terms.data, locale, t('unit.fallback'))
  return (
    <section className="balance" aria-labelledby="balance-words">
      <div className="balance-head">
        {card.name && <p className="balance-name">{card.name}</p>}
        {card.tier && <TierTag tier={card.tier} />}
      </div>
      <p className="balance-number">
        <Digits value={card.balances.available} format={formats.points} />
      </p>
      <p className="balance-words" id="balance-words">
        {t('card.available', { u: unit })}
      </p>
      <p className="only-heard" role="status">
        {change &&
          t(change.by > 0 ? 'card.plus' : 'card.minus', {
            n: formats.points(Math.abs(change.by)),
            balance: formats.points(change.to),
            u: unit,
          })}
      </p>
      <CardFacts card={card} unit={unit} />
    </section>
  )
}

export type Change = { readonly by: number; readonly to: number; readonly version: number }

/** What changed while somebody looked: never the difference between an old visit and this one. */
function useChange(card: Card | undefined, isOld: boolean): Change | undefined {
  const last = useRef<Card>(undefined)
  const [change, setChange] = useState<Change>()
  useEffect(() => {
    if (card === undefined || isOld) return
    const before = last.current
    last.current = card
    const total = (of: Card) => of.balances.available + of.balances.pending
    if (before === undefined || before.memberId !== card.memberId || before.version === card.version) return
    if (total(before) !== total(card)) {
      setChange({ by: total(card) - total(before), to: card.balances.available, version: card.version })
    }
  }, [card, isOld])
  return change
}
