/** An award that did not simply count: what happened, what became of it, and what Enter does next. */
import { useFormats, useHasText } from '../../i18n/provider.tsx'
import { Button } from '../../ui/button.tsx'
import { useProblemText } from '../../ui/problem-card.tsx'
import { Note } from '../../ui/states.tsx'
import type { StaffId } from '../catalogues.ts'
import { useText } from '../catalogues.ts'
import type { BannerText } from './banner.tsx'
import type { Phase, Slip } from './desk-state.ts'
import { Conflict, Duplicate, SlipLine } from './receipt-card.tsx'
import type { Running } from './use-desk.ts'

type Props = { readonly running: Running; readonly onDone: (text: BannerText) => void }

export function AnswerCard({ running, onDone }: Props) {
  const t = useText()
  const { phase } = running.desk
  const { dispatch, enter } = running
  const formats = useFormats()
  switch (phase.at) {
    case 'second':
      return (
        <Note icon="alert" title={t('answer.second', { amount: formats.money(phase.minor), receipt: phase.before })}>
          {t('answer.secondText')}
        </Note>
      )
    case 'large':
      return (
        <Note icon="alert" title={t('answer.large', { amount: formats.money(phase.minor) })}>
          {t('answer.largeText')}
        </Note>
      )
    case 'unsure':
      return <Unsure slip={phase.slip} onCheck={enter} onLeave={() => dispatch({ do: 'escape' })} />
    case 'duplicate':
      return <Duplicate running={running} {...phase} onDone={onDone} />
    case 'conflict':
      return <Conflict running={running} slip={phase.slip} prior={phase.prior} onDone={onDone} />
    case 'refused':
      return <Refused refused={phase} onBack={enter} />
    default:
      return null
  }
}

type UnsureProps = { readonly slip: Slip; readonly onCheck: () => void; readonly onLeave: () => void }

function Unsure({ slip, onCheck, onLeave }: UnsureProps) {
  const t = useText()
  const actions = (
    <>
      <Button look="ink" autoFocus onClick={onCheck}>
        {t('answer.check')}
      </Button>
      <Button onClick={onLeave}>{t('answer.leave')}</Button>
    </>
  )
  return (
    <Note icon="clock" kind="problem" title={t('answer.unsure')} actions={actions}>
      {t('answer.unsureText')}
      <SlipLine slip={slip} />
    </Note>
  )
}

type RefusedProps = { readonly refused: Extract<Phase, { at: 'refused' }>; readonly onBack: () => void }

function Refused({ refused: { code, params, slip }, onBack }: RefusedProps) {
  const t = useText()
  const has = useHasText()
  const words = useProblemText()
  const own = `refused.${code}`
  const facts = { code, params }
  return (
    <Note
      icon="alert"
      kind="problem"
      title={has(own) ? t(asKnown(own)) : words({ facts })}
      actions={
        <Button look="ink" autoFocus onClick={onBack}>
          {t('answer.backToAmount')}
        </Button>
      }
    >
      {t('answer.notAwarded')}
      <SlipLine slip={slip} />
    </Note>
  )
}

/** Safe because it was looked up among the messages before. */
function asKnown(id: string): StaffId {
  return id as StaffId
}
