/**
 * The desk: one screen on which a customer is found, served and done, by keyboard, scanner or touch. Panels for everything
 * that is not an award stand in the place of the form and leave it as it was.
 */
import { useQueryClient } from '@tanstack/react-query'
import { type KeyboardEvent, useCallback, useEffect, useState } from 'react'
import { beBusy } from '../busy.ts'
import { useText } from '../catalogues.ts'
import { show } from '../display-channel.ts'
import { remember, useAccount } from '../members.ts'
import type { Served } from '../wire.ts'
import { AnswerCard } from './answer-card.tsx'
import { AwardForm } from './award-form.tsx'
import { Banner, type BannerText } from './banner.tsx'
import { CommandBar, type Command } from './command-bar.tsx'
import { isFree } from './desk-state.ts'
import { MemberCard } from './member-card.tsx'
import { Omnibox } from './omnibox.tsx'
import { type Panel, PanelView } from './panels.tsx'
import { Rail } from './rail.tsx'
import { targetOfScan } from './recognise.ts'
import { useKeptDraft } from './use-kept-draft.ts'
import { useDesk } from './use-desk.ts'
import { usePhoneReader } from './use-phone-reader.ts'
import { useShortcuts } from './use-shortcuts.ts'
import { useWedge } from './use-wedge.ts'

export function DeskScreen() {
  const t = useText()
  const [panel, setPanel] = useState<Panel>()
  const [undoAsked, askUndo] = useState(0)
  const [told, tell] = useState<BannerText>()
  const readPhone = usePhoneReader()
  const running = useDesk(readPhone, {
    onVoucher: (code) => setPanel({ kind: 'voucher', code }),
    onEnrol: (asked) => setPanel({ kind: 'enrol', asked }),
  })
  const { desk, dispatch, enter, focus } = running
  useKeptDraft(running)
  useBusy(!isFree(desk) || panel !== undefined)
  const closePanel = useCallback(() => {
    setPanel(undefined)
    focus('query')
  }, [focus])
  const command = (name: Command) => {
    if (name === 'undo') askUndo((count) => count + 1)
    else if (name === 'display') window.open('/staff/display', 'revisit-display', 'popup')
    else if (name === 'search') focus('query')
    else if (name === 'camera') setPanel({ kind: 'camera' })
    else if (name === 'enrol') setPanel({ kind: 'enrol' })
    else setPanel({ kind: name })
  }
  useShortcuts(command)
  const onScan = useScanned(running, setPanel)
  useWedge(onScan)
  useEnds(desk, tell)
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const isField = event.target instanceof HTMLInputElement && event.target.dataset.desk !== undefined
    if (event.key === 'Escape') dispatch({ do: 'escape' })
    else if (event.key === 'Enter' && isField && !event.nativeEvent.isComposing) enter()
    else return
    event.preventDefault()
    tell(undefined)
  }
  const onEnrolled = (member: Served) => {
    remember(member)
    setPanel(undefined)
    dispatch({ do: 'enrolled', who: { memberId: member.id, cardNumber: member.cardNumber } })
  }
  return (
    <>
      {told && <Banner text={told} onOver={() => tell(undefined)} />}
      <div className="desk">
        <section className="desk-serve" aria-label={t('desk.serve')} onKeyDown={panel ? undefined : onKeyDown}>
          <h1 className="only-heard">{t('title.desk')}</h1>
          <Omnibox running={running} readPhone={readPhone} />
          <CommandBar onCommand={command} hasMember={desk.who !== undefined} />
          {panel ? (
            <PanelView panel={panel} who={desk.who} onClose={closePanel} onEnrolled={onEnrolled} onScan={onScan} onDone={tell} />
          ) : (
            <>
              <AnswerCard running={running} onDone={tell} />
              <AwardForm running={running} />
            </>
          )}
        </section>
        <section className="desk-member" aria-label={t('desk.member')}>
          <MemberCard who={desk.who} onRedeem={() => setPanel({ kind: 'redeem' })} />
        </section>
        <Rail undoAsked={undoAsked} onDone={tell} onClose={() => focus('query')} />
      </div>
    </>
  )
}

function useBusy(isBusy: boolean): void {
  useEffect(() => (isBusy ? beBusy() : undefined), [isBusy])
}

/** A scan goes where its shape says, also while a panel is open. */
function useScanned({ desk, dispatch }: ReturnType<typeof useDesk>, setPanel: (panel: Panel | undefined) => void) {
  return (text: string) => {
    const isReceiptAwaited = desk.who !== undefined && !isFree(desk)
    const target = targetOfScan(text, isReceiptAwaited)
    if (target.to === 'member') {
      // The rotating code of the member being served proves that it is shown; what is open goes on.
      if (desk.who?.cardNumber !== target.as.cardNumber) setPanel(undefined)
      dispatch({ do: 'shown', asked: target.as })
    } else if (target.to === 'voucher') setPanel({ kind: 'voucher', code: target.code })
    else if (target.to === 'receipt') dispatch({ do: 'scanned_receipt', receiptNumber: target.receiptNumber })
    else dispatch({ do: 'typed', field: 'query', text: target.text })
  }
}

/** An award that ended is told above everything, to the customer's screen, and to whoever shows balances. */
function useEnds(desk: ReturnType<typeof useDesk>['desk'], tell: (text: BannerText) => void): void {
  const queries = useQueryClient()
  const { phase } = desk
  const memberId = phase.at === 'done' ? phase.slip.who.memberId : undefined
  const account = useAccount(memberId)
  const maturing = account.data?.maturing
  useEffect(() => {
    if (phase.at === 'done') {
      const { points, available, pending } = phase.result
      tell({ kind: 'done', slip: phase.slip, result: phase.result, ...(maturing && { maturing }) })
      show({ kind: 'done', points, available, pending })
      queries.invalidateQueries({ queryKey: ['account', phase.slip.who.memberId] })
      queries.invalidateQueries({ queryKey: ['shift'] })
    } else if (phase.at === 'saved') tell({ kind: 'saved', isOffline: phase.isOffline })
  }, [phase, tell, queries, maturing])
}
