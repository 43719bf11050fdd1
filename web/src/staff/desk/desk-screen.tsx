/**
 * The desk: one screen on which a customer is found, served and done, by keyboard, scanner or touch. Panels for everything
 * that is not an award stand in the place of the form and leave it as it was.
 */
import { useQueryClient } from '@tanstack/react-query'
import { type Dispatch, type KeyboardEvent, type SetStateAction, useCallback, useEffect, useState } from 'react'
import { isSheetOpen } from '../../ui/sheet.tsx'
import { beBusy } from '../busy.ts'
import { useText } from '../catalogues.ts'
import { openDisplay, show } from '../display-channel.ts'
import { remember, useAccount } from '../members.ts'
import type { Served } from '../wire.ts'
import { AnswerCard } from './answer-card.tsx'
import { AwardForm } from './award-form.tsx'
import { type BannerText, Headline } from './banner.tsx'
import { type Command, CommandBar } from './command-bar.tsx'
import { isAnswered, isFree, isReceiptAwaited } from './desk-state.ts'
import { MemberCard } from './member-card.tsx'
import { Omnibox } from './omnibox.tsx'
import { type Panel, PanelView } from './panels.tsx'
import { Rail } from './rail.tsx'
import { targetOfScan } from './recognise.ts'
import { useDesk } from './use-desk.ts'
import { useKeptDraft } from './use-kept-draft.ts'
import { useLateReading, usePhoneReader } from './use-phone-reader.ts'
import { useShortcuts } from './use-shortcuts.ts'
import { useWedge } from './use-wedge.ts'

export function DeskScreen() {
  const t = useText()
  const [panel, setPanel] = useState<Panel>()
  const [undoAsked, askUndo] = useState(0)
  const [told, tell] = useState<BannerText>()
  const endTold = useCallback(() => tell(undefined), [])
  const reader = usePhoneReader()
  const running = useDesk(reader.read, {
    onVoucher: (code) => setPanel({ kind: 'voucher', code }),
    onEnrol: (asked) => setPanel({ kind: 'enrol', asked }),
  })
  const { desk, focus } = running
  useLateReading(running, reader)
  const { take, takeTyped } = useScanned(running, setPanel)
  const closePanel = useCallback(() => {
    setPanel(undefined)
    focus('query')
  }, [focus])
  const command = useCommand(focus, { setPanel, askUndo: () => askUndo((count) => count + 1) })
  useKeptDraft(running)
  useBusy(!isFree(desk) || panel !== undefined)
  useShortcuts(command)
  useWedge(takeTyped)
  useEnds(desk, tell)
  useIdleDisplay(desk)
  const onEnrolled = useEnrolled(running, setPanel)
  const isCovering = panel !== undefined && panel.kind !== 'keys' && panel.kind !== 'camera'
  const panelProps = { who: desk.who, onClose: closePanel, onEnrolled, onScan: take, onDone: tell }
  return (
    <>
      <Headline told={told} onOver={endTold} onLeave={() => focus('query')} />
      {/* biome-ignore lint/a11y/noStaticElementInteractions: its fields are operated, and each key has a button beside it */}
      <div className="desk" onKeyDown={useKeys(running, { endTold, ...(isCovering && { closePanel }) })}>
        <section className="desk-find" aria-label={t('omnibox.label')}>
          <h1 className="only-heard">{t('title.desk')}</h1>
          <Omnibox running={running} readPhone={reader.read} onCamera={() => setPanel({ kind: 'camera' })} />
          <CommandBar onCommand={command} hasMember={desk.who !== undefined} />
        </section>
        <section className="desk-member" aria-label={t('desk.member')}>
          <MemberCard who={desk.who} />
        </section>
        <section className="desk-form" aria-label={t('desk.serve')}>
          {panel && <PanelView panel={panel} {...panelProps} />}
          {!isCovering && <AnswerCard running={running} onDone={tell} />}
          {!isCovering && !isAnswered(desk) && <AwardForm running={running} />}
        </section>
        <Rail undoAsked={undoAsked} onDone={tell} onClose={() => focus('query')} />
      </div>
    </>
  )
}

type Commands = { readonly setPanel: (panel: Panel) => void; readonly askUndo: () => void }

function useCommand(focus: ReturnType<typeof useDesk>['focus'], { setPanel, askUndo }: Commands) {
  return (name: Command) => {
    if (name === 'undo') askUndo()
    else if (name === 'display') openDisplay()
    else if (name === 'search') focus('query')
    else setPanel({ kind: name })
  }
}

type Ends = { readonly endTold: () => void; readonly closePanel?: () => void }

/** Enter and Esc of the desk's own fields; panels and buttons keep theirs. Esc leaves what covers the form first. */
function useKeys({ dispatch, enter }: ReturnType<typeof useDesk>, { endTold, closePanel }: Ends) {
  return (event: KeyboardEvent<HTMLElement>) => {
    const isField = event.target instanceof HTMLInputElement && event.target.dataset.desk !== undefined
    // A sheet over the desk has keys of its own.
    if (event.defaultPrevented || isSheetOpen()) return
    if (event.key === 'Escape' && closePanel) closePanel()
    else if (event.key === 'Escape') dispatch({ do: 'escape' })
    else if (event.key === 'Enter' && isField && !event.nativeEvent.isComposing) enter()
    else return
    event.preventDefault()
    endTold()
  }
}

function useEnrolled({ dispatch }: ReturnType<typeof useDesk>, setPanel: (panel: undefined) => void) {
  return (member: Served) => {
    remember(member)
    setPanel(undefined)
    dispatch({ do: 'enrolled', who: { memberId: member.id, cardNumber: member.cardNumber } })
  }
}

/** Whoever comes next must not read what the one before was told. */
function useIdleDisplay({ phase, who }: ReturnType<typeof useDesk>['desk']): void {
  const isOver = phase.at === 'idle' && who === undefined
  useEffect(() => {
    if (isOver) show({ kind: 'idle' })
  }, [isOver])
}

function useBusy(isBusy: boolean): void {
  useEffect(() => (isBusy ? beBusy() : undefined), [isBusy])
}

/** A scan goes where its shape says, also while a panel is open. @returns what takes one, and whether a typed one was taken. */
function useScanned({ desk, dispatch }: ReturnType<typeof useDesk>, setPanel: (panel: Panel | undefined) => void) {
  const take = (text: string) => {
    const target = targetOfScan(text, isReceiptAwaited(desk) && !isFree(desk))
    if (target.to === 'member') {
      // The rotating code of the member being served proves that it is shown; what is open goes on.
      if (desk.who?.cardNumber !== target.as.cardNumber) setPanel(undefined)
      dispatch({ do: 'shown', asked: target.as })
    } else if (target.to === 'voucher') setPanel({ kind: 'voucher', code: target.code })
    else if (target.to === 'receipt') dispatch({ do: 'scanned_receipt', receiptNumber: target.receiptNumber })
    else dispatch({ do: 'typed', field: 'query', text: target.text })
    return target.to
  }
  /** A scan that stands in its own field already may be the second half of a slow one: the field has it whole. */
  const takeTyped = (text: string, field: HTMLInputElement | undefined) => {
    const { to } = targetOfScan(text, isReceiptAwaited(desk) && !isFree(desk))
    const isInPlace =
      (to === 'query' || to === 'receipt') && (field?.dataset.desk === to || field?.dataset.desk === undefined)
    if (isInPlace && field !== undefined) return false
    take(text)
    return true
  }
  return { take, takeTyped }
}

/** An award that ended is told above everything, to the customer's screen, and to whoever shows balances. */
function useEnds(
  desk: ReturnType<typeof useDesk>['desk'],
  tell: Dispatch<SetStateAction<BannerText | undefined>>,
): void {
  const queries = useQueryClient()
  const { phase } = desk
  const memberId = phase.at === 'done' ? phase.slip.who.memberId : undefined
  const account = useAccount(memberId)
  const maturing = account.data?.maturing
  useEffect(() => {
    if (phase.at === 'done') {
      const { points, available, pending } = phase.result
      tell({ kind: 'done', slip: phase.slip, result: phase.result })
      show({ kind: 'done', points, available, pending })
      queries.invalidateQueries({ queryKey: ['account', phase.slip.who.memberId] })
      queries.invalidateQueries({ queryKey: ['shift'] })
    } else if (phase.at === 'saved') tell({ kind: 'saved', isOffline: phase.isOffline })
  }, [phase, tell, queries])
  // When the new points can be spent is known a moment later; by then something else may be told.
  useEffect(() => {
    if (maturing) tell((before) => (before?.kind === 'done' ? { ...before, maturing } : before))
  }, [maturing, tell])
}
