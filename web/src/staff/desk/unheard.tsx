/** What was sent and not answered, before anything else: what it was, and the one way to find out what became of it. */
import { inLocale } from '../../i18n/formats.ts'
import { useLanguage } from '../../i18n/provider.tsx'
import { Button } from '../../ui/button.tsx'
import { ProblemCard } from '../../ui/problem-card.tsx'
import { Note } from '../../ui/states.tsx'
import { useText } from '../catalogues.ts'
import { usePlace } from '../place.tsx'
import type { Intent } from './intents.ts'
import type { Failed, Intending } from './use-intent.ts'

type Props = {
  readonly intent: Intent
  readonly intending: Intending
  readonly onCheck: () => void
}

export function Unheard({ intent, intending: { isRunning, failed }, onCheck }: Props) {
  const t = useText()
  const what = useWhat()
  // Silence again says no more than the card does.
  const told = failed !== undefined && failed.problem.facts.status > 0 ? failed.problem : undefined
  return (
    <>
      <Note
        icon="clock"
        kind="problem"
        title={t('answer.unsure')}
        actions={
          <Button look="ink" autoFocus aria-disabled={isRunning} onClick={onCheck}>
            {t('answer.check')} <kbd>Enter</kbd>
          </Button>
        }
      >
        <p>
          <strong>{what(intent)}</strong>
        </p>
        <p>{t('unheard.text')}</p>
      </Note>
      {told && <ProblemCard problem={told} />}
    </>
  )
}

/** @param fate what is told of it only where it is known. */
export function NotDone({ failed, fate }: { readonly failed: Failed; readonly fate?: string }) {
  return <ProblemCard problem={failed.problem} fate={failed.isKnown && fate} />
}

/** In the words of the button that was pressed. */
function useWhat(): (intent: Intent) => string {
  const t = useText()
  const { locale, formats } = useLanguage()
  const { unit } = usePlace()
  return ({ kind, name = '', points = 0 }) => {
    const title = typeof name === 'string' ? name : inLocale(name, locale)
    const amount = formats.points(points)
    switch (kind) {
      case 'reserve':
        return t('pay.reserve', { points: amount })
      case 'capture':
        return t('pay.capture', { points: amount })
      case 'giveUp':
        return t('pay.giveUp')
      case 'handOver':
        return `${t('taken.handOver')}: ${title}`
      case 'release':
        return `${t('taken.release')}: ${title}`
      case 'voucher':
        return t('voucher.consume')
      default:
        return `${t('redeem.choose')}: ${title} · ${t('redeem.price', { points: amount, u: unit })}`
    }
  }
}
