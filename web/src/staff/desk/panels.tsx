/** What stands in the place of the form for a while: redeeming, refunding, enrolling, a voucher, the camera. */
import { type KeyboardEvent, lazy, type ReactNode, useEffect, useId, useRef } from 'react'
import { useIsOnline } from '../../page.tsx'
import { Button } from '../../ui/button.tsx'
import { isSheetOpen } from '../../ui/sheet.tsx'
import { Note } from '../../ui/states.tsx'
import { useText } from '../catalogues.ts'
import { Later } from '../later.tsx'
import type { Served } from '../wire.ts'
import type { BannerText } from './banner.tsx'
import type { Asked, Who } from './desk-state.ts'
import { EnrolPanel } from './enrol-panel.tsx'
import { KeysSheet } from './keys-sheet.tsx'
import { RedeemPanel } from './redeem-panel.tsx'
import { RefundPanel } from './refund-panel.tsx'
import { VoucherPanel } from './voucher-panel.tsx'

export type Panel =
  | { readonly kind: 'redeem' | 'refund' | 'camera' | 'keys' }
  | { readonly kind: 'voucher'; readonly code: string }
  | { readonly kind: 'enrol'; readonly asked?: Asked }

/** Loaded when it is opened: few desks have no scanner. */
const CameraSheet = lazy(async () => ({ default: (await import('./camera-sheet.tsx')).CameraSheet }))

type Props = {
  readonly panel: Panel
  readonly who: Who | undefined
  readonly onClose: () => void
  readonly onEnrolled: (member: Served) => void
  readonly onScan: (text: string) => void
  readonly onDone: (text: BannerText) => void
}

export function PanelView({ panel, who, onClose, onEnrolled, onScan, onDone }: Props) {
  const isOnline = useIsOnline()
  const end = (text: BannerText) => {
    onDone(text)
    onClose()
  }
  if (panel.kind === 'keys') return <KeysSheet onClose={onClose} />
  if (panel.kind === 'camera') {
    return (
      <Later>
        <CameraSheet
          onClose={onClose}
          onHit={(text) => {
            onClose()
            onScan(text)
          }}
        />
      </Later>
    )
  }
  if (!isOnline) return <NeedsNetwork kind={panel.kind} onClose={onClose} />
  if (panel.kind === 'enrol') {
    return <EnrolPanel key={panel.asked?.kind} asked={panel.asked} onClose={onClose} onEnrolled={onEnrolled} />
  }
  if (panel.kind === 'refund') return <RefundPanel onClose={onClose} onDone={end} />
  if (panel.kind === 'voucher')
    return <VoucherPanel key={panel.code} code={panel.code} onClose={onClose} onDone={end} />
  return <RedeemPanel who={who} onClose={onClose} onDone={end} onTold={onDone} />
}

/** Only awards can wait for the network: everything else must be answered while the customer stands there. */
function NeedsNetwork({ kind, onClose }: { kind: 'enrol' | 'refund' | 'redeem' | 'voucher'; onClose: () => void }) {
  const t = useText()
  return (
    <PanelFrame title={t(`panel.${kind}`)} onClose={onClose}>
      <Note icon="offline" title={t('panel.offline')}>
        {t('panel.offlineText')}
      </Note>
    </PanelFrame>
  )
}

type FrameProps = { readonly title: ReactNode; readonly onClose: () => void; readonly children: ReactNode }

/** A region with its name and its way back; Esc is the same way. */
export function PanelFrame({ title, onClose, children }: FrameProps) {
  const t = useText()
  const id = useId()
  const frame = useRef<HTMLElement>(null)
  const heading = useRef<HTMLHeadingElement>(null)
  // What had the cursor is gone or covered: a panel without a field of its own takes it by its name.
  useEffect(() => {
    if (!frame.current?.contains(document.activeElement)) heading.current?.focus()
  }, [])
  // What had the cursor may be gone, as a button is while it works: then no key would come here any more.
  useEffect(() => {
    if (document.activeElement !== null && document.activeElement !== document.body) return
    const first = frame.current?.querySelector<HTMLElement>(':scope > :not(.panel-head) button:not(:disabled)')
    const next = first ?? heading.current
    next?.focus()
  })
  useEffect(() => {
    const onLost = (event: globalThis.KeyboardEvent) => {
      if (event.key === 'Escape' && event.target === document.body && !isSheetOpen()) onClose()
    }
    document.addEventListener('keydown', onLost)
    return () => document.removeEventListener('keydown', onLost)
  }, [onClose])
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Escape') return
    event.preventDefault()
    event.stopPropagation()
    onClose()
  }
  return (
    <section ref={frame} className="panel" aria-labelledby={id} onKeyDown={onKeyDown}>
      <header className="panel-head">
        <h2 ref={heading} id={id} tabIndex={-1}>
          {title}
        </h2>
        <Button look="quiet" onClick={onClose}>
          {t('panel.close')} <kbd>Esc</kbd>
        </Button>
      </header>
      {children}
    </section>
  )
}
