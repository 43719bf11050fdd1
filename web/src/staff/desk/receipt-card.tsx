/** A receipt that was awarded before: by whom and what became of it, and how it can be made right under its own number. */
import { useQueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { serverNow } from '../../api.ts'
import { useFormats } from '../../i18n/provider.tsx'
import type { OutboxRow } from '../../offline/outbox.ts'
import { Button } from '../../ui/button.tsx'
import { Note } from '../../ui/states.tsx'
import { useText } from '../catalogues.ts'
import { knownMember } from '../members.ts'
import { useOutbox } from '../outbox.tsx'
import { isAny } from '../person.ts'
import { usePlace } from '../place.tsx'
import type { Shift, Undone } from '../wire.ts'
import type { BannerText } from './banner.tsx'
import { isLikelyOwn, useByName } from './by-name.ts'
import type { Prior, Slip } from './desk-state.ts'
import { NotDone } from './unheard.tsx'
import type { Running } from './use-desk.ts'
import { useIntent } from './use-intent.ts'

type Props = {
  readonly running: Running
  readonly slip: Slip
  readonly prior: Prior
  readonly onDone: (text: BannerText) => void
}

/** The very same slip again. Where its award was undone it gives nothing now, and can be awarded again as it is. */
export function Duplicate({ running, slip, prior, onDone }: Props) {
  const t = useText()
  const change = useReceiptChange(running, { slip, prior }, onDone)
  const mayChange = useMayChange(prior)
  const isUndone = prior.isUndone === true
  const actions = (
    <>
      {isUndone && mayChange && (
        <Button look="ink" autoFocus aria-disabled={change.isRunning} onClick={() => change.run('correct')}>
          {t('answer.again')}
        </Button>
      )}
      <Button
        look={isUndone && mayChange ? undefined : 'ink'}
        autoFocus={!(isUndone && mayChange)}
        onClick={running.enter}
      >
        {t('answer.next')}
      </Button>
      <Button onClick={() => running.dispatch({ do: 'serve_on' })}>{t('answer.open')}</Button>
    </>
  )
  return (
    <>
      <Note
        icon="info"
        kind="problem"
        title={<PriorWords id={isUndone ? 'answer.undone' : 'answer.duplicate'} prior={prior} />}
        actions={actions}
      >
        <SlipLine slip={slip} />
        {isUndone && !mayChange && <p>{t('answer.managerAgain')}</p>}
      </Note>
      {change.failed && <NotDone failed={change.failed} fate={t('answer.notChanged')} />}
    </>
  )
}

type PriorId = 'answer.duplicate' | 'answer.undone' | 'answer.conflictPrior' | 'answer.conflictUndone'

function PriorWords({ id, prior }: { id: PriorId; prior: Prior }): ReactNode {
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
export function SlipLine({ slip }: { slip: Slip }) {
  const formats = useFormats()
  return (
    <p className="digits">
      {slip.receiptNumber} · {formats.money(slip.minor)}
    </p>
  )
}

/** The receipt stands under another member or amount: look at the number first, then move it or correct it. */
export function Conflict({ running, slip, prior, onDone }: Props) {
  const t = useText()
  const change = useReceiptChange(running, { slip, prior }, onDone)
  const mayChange = useMayChange(prior)
  const isSame = useIsSameMember(slip, prior)
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
            {mayChange && <Changes change={change} isSame={isSame} />}
          </>
        }
      >
        <PriorWords id={prior.isUndone ? 'answer.conflictUndone' : 'answer.conflictPrior'} prior={prior} />
        <SlipLine slip={slip} />
        {!mayChange && <p>{t('answer.managerMoves')}</p>}
      </Note>
      {change.failed && <NotDone failed={change.failed} fate={t('answer.notChanged')} />}
    </>
  )
}

/** Who may not is not offered it; whether the time has passed is known where the receipt is. */
function useMayChange({ by }: Prior): boolean {
  const { person } = usePlace()
  return isAny(person, 'manager', 'admin') || isLikelyOwn(by, person)
}

/** What this device awarded and what the store's list knows is certain; a masked name only says who it may be, and whom it cannot be. */
function useIsSameMember({ who, receiptNumber }: Slip, { memberName, recordedAt }: Prior): boolean | 'maybe' {
  const queries = useQueryClient()
  const { rows } = useOutbox()
  const { store } = usePlace()
  const shift = queries.getQueryData<Shift>(['shift', store?.id, 'rail'])
  const isPrior = (row: OutboxRow) => row.receiptNumber === receiptNumber && row.answer?.recordedAt === recordedAt
  const own = rows.find(isPrior)?.member
  if (own !== undefined && (own === who.cardNumber || own === who.memberId)) return true
  const award = shift?.items.find((item) => item.receiptNumber === receiptNumber && item.at === recordedAt)
  if (award !== undefined && who.memberId !== undefined) return award.memberId === who.memberId
  const isAlike = memberName !== null && memberName === maskedName(knownMember(who.memberId)?.name)
  return isAlike && 'maybe'
}

type ChangesProps = { readonly change: ReturnType<typeof useReceiptChange>; readonly isSame: boolean | 'maybe' }

/** What is meant more probably comes first; what would change nothing is not offered. */
function Changes({ change: { run, isRunning }, isSame }: ChangesProps) {
  const t = useText()
  const correct = (
    <Button key="correct" onClick={() => run('correct')} aria-disabled={isRunning}>
      {t('answer.correct')}
    </Button>
  )
  const move = (
    <Button key="move" onClick={() => run('reassign')} aria-disabled={isRunning}>
      {t('answer.move')}
    </Button>
  )
  if (isSame === true) return correct
  return isSame === 'maybe' ? [correct, move] : [move, correct]
}

/** Moves the receipt to the member in hand, or gives it the amount in hand; once per intent, whatever is pressed. */
function useReceiptChange(
  { dispatch }: Running,
  { slip, prior }: Pick<Props, 'slip' | 'prior'>,
  onDone: Props['onDone'],
) {
  const formats = useFormats()
  const { store, currency } = usePlace()
  const { run: carryOut, failed, isRunning } = useIntent()
  async function run(kind: 'correct' | 'reassign'): Promise<void> {
    const { memberId, cardNumber } = slip.who
    const member = memberId !== undefined ? { memberId } : { cardNumber }
    const body = {
      ...(kind === 'correct' ? { amount: { amount: slip.minor, currency } } : member),
      ...(store?.receiptSeries !== 'never' && { purchasedOn: formats.dayOf(serverNow()) }),
    }
    const path = `/points/purchases/${store?.id}/${slip.receiptNumber}/${kind}`
    const heard = await carryOut<Undone>(`change.${path}.${JSON.stringify(body)}`, { kind, steps: [{ path, body }] })
    if (heard === undefined) return
    const { entry, balances } = heard.answer
    const told = kind === 'reassign' ? 'moved' : prior.isUndone ? 'again' : 'corrected'
    onDone({ kind: told, points: entry.points, available: balances.available })
    dispatch({ do: 'settled_elsewhere' })
  }
  return { run, failed, isRunning }
}

/** As the server masks a name. */
function maskedName(name: string | null | undefined): string | undefined {
  return name ? `${[...name][0] ?? ''}••` : undefined
}
