/** An award that did not simply count: what happened, what became of it, and what Enter does next. */
import { useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { newKey, serverNow } from '../../api.ts'
import { useFormats, useHasText } from '../../i18n/provider.tsx'
import { useApi } from '../../page.tsx'
import { asProblem, type Problem } from '../../problem.ts'
import { Button } from '../../ui/button.tsx'
import { ProblemCard, useProblemText } from '../../ui/problem-card.tsx'
import { Note } from '../../ui/states.tsx'
import type { StaffId } from '../catalogues.ts'
import { useText } from '../catalogues.ts'
import { knownMember } from '../members.ts'
import { isAny } from '../person.ts'
import { usePlace } from '../place.tsx'
import type { Undone } from '../wire.ts'
import type { BannerText } from './banner.tsx'
import { isLikelyOwn, useByName } from './by-name.ts'
import type { Phase, Prior, Slip } from './desk-state.ts'
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
    case 'unsure':
      return <Unsure slip={phase.slip} onCheck={enter} onLeave={() => dispatch({ do: 'escape' })} />
    case 'duplicate':
      return <Duplicate {...phase} onNext={enter} onOpen={() => dispatch({ do: 'serve_on' })} />
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

type DuplicateProps = {
  readonly slip: Slip
  readonly prior: Prior
  readonly onNext: () => void
  readonly onOpen: () => void
}

function Duplicate({ slip, prior, onNext, onOpen }: DuplicateProps) {
  const t = useText()
  const actions = (
    <>
      <Button look="ink" autoFocus onClick={onNext}>
        {t('answer.next')}
      </Button>
      <Button onClick={onOpen}>{t('answer.open')}</Button>
    </>
  )
  return (
    <Note icon="info" kind="problem" title={<PriorWords id="answer.duplicate" prior={prior} />} actions={actions}>
      <SlipLine slip={slip} />
    </Note>
  )
}

function PriorWords({ id, prior }: { id: 'answer.duplicate' | 'answer.conflictPrior'; prior: Prior }): ReactNode {
  const t = useText()
  const formats = useFormats()
  const by = useByName()
  const time =
    formats.dayOf(prior.recordedAt) === formats.dayOf(serverNow())
      ? formats.time(prior.recordedAt)
      : `${formats.shortDay(formats.dayOf(prior.recordedAt))} ${formats.time(prior.recordedAt)}`
  return t(id, {
    time,
    by: by(prior.by),
    points: formats.points(prior.points),
    member: prior.memberName ?? t('member.noName'),
  })
}

/** The one slip that the answer is about. */
function SlipLine({ slip }: { slip: Slip }) {
  const formats = useFormats()
  return (
    <p className="digits">
      {slip.receiptNumber} · {formats.money(slip.minor)}
    </p>
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

type ConflictProps = Props & { readonly slip: Slip; readonly prior: Prior }

/** The receipt stands under another member or amount: look at the number first, then move it or correct it. */
function Conflict({ running, slip, prior, onDone }: ConflictProps) {
  const t = useText()
  const change = useReceiptChange(running, slip, onDone)
  const { person } = usePlace()
  // Who may not is not offered it; whether the time has passed is known where the receipt is.
  const mayChange = isAny(person, 'manager', 'admin') || isLikelyOwn(prior.by, person)
  const mine = maskedName(knownMember(slip.who.memberId)?.name)
  const isLikelySame = prior.memberName !== null && prior.memberName === mine
  return (
    <>
      <Note
        icon="alert"
        kind="problem"
        title={t('answer.conflict', { receipt: slip.receiptNumber })}
        actions={
          <>
            <Button look="ink" autoFocus onClick={running.enter}>
              {t('answer.checkNumber')}
            </Button>
            {mayChange && <Changes change={change} isLikelySame={isLikelySame} />}
          </>
        }
      >
        <PriorWords id="answer.conflictPrior" prior={prior} />
        <SlipLine slip={slip} />
      </Note>
      {change.problem && <ProblemCard problem={change.problem} fate={t('answer.notChanged')} />}
    </>
  )
}

type ChangesProps = { readonly change: ReturnType<typeof useReceiptChange>; readonly isLikelySame: boolean }

/** What is meant more probably comes first. */
function Changes({ change: { run, isRunning }, isLikelySame }: ChangesProps) {
  const t = useText()
  const correct = (
    <Button key="correct" onClick={() => run('correct')} disabled={isRunning}>
      {t('answer.correct')}
    </Button>
  )
  const move = (
    <Button key="move" onClick={() => run('reassign')} disabled={isRunning}>
      {t('answer.move')}
    </Button>
  )
  return isLikelySame ? [correct, move] : [move, correct]
}

/** Moves the receipt to the member in hand, or gives it the amount in hand; once per intent, whatever is pressed. */
function useReceiptChange({ dispatch }: Running, slip: Slip, onDone: (text: BannerText) => void) {
  const api = useApi()
  const queries = useQueryClient()
  const formats = useFormats()
  const { store, currency } = usePlace()
  const [problem, setProblem] = useState<Problem>()
  const [isRunning, setRunning] = useState(false)
  const [keys] = useState(() => ({ correct: newKey(), reassign: newKey() }))
  async function run(what: 'correct' | 'reassign'): Promise<void> {
    const { memberId, cardNumber } = slip.who
    const member = memberId !== undefined ? { memberId } : { cardNumber }
    const body = {
      ...(what === 'correct' ? { amount: { amount: slip.minor, currency } } : member),
      ...(store?.receiptSeries !== 'never' && { purchasedOn: formats.dayOf(serverNow()) }),
    }
    setRunning(true)
    try {
      const path = `/points/purchases/${store?.id}/${slip.receiptNumber}/${what}`
      const { entry, balances } = await api.post<Undone>(path, body, keys[what])
      onDone({ kind: what === 'correct' ? 'corrected' : 'moved', points: entry.points, available: balances.available })
      queries.invalidateQueries({ queryKey: ['shift'] })
      queries.invalidateQueries({ queryKey: ['account'] })
      dispatch({ do: 'settled_elsewhere' })
    } catch (error) {
      setProblem(asProblem(error))
    } finally {
      setRunning(false)
    }
  }
  return { run, problem, isRunning }
}

/** As the server masks a name. */
function maskedName(name: string | null | undefined): string | undefined {
  return name ? `${[...name][0] ?? ''}••` : undefined
}
