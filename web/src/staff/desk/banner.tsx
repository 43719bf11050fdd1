/** What just happened, across the whole width: old and new in numbers, the seal where value changed hands, and a print. */
import { useEffect, useRef } from 'react'
import { useFormats } from '../../i18n/provider.tsx'
import { useIsOnline, useSession } from '../../page.tsx'
import { Button } from '../../ui/button.tsx'
import { Digits } from '../../ui/digits.tsx'
import { Icon } from '../../ui/icons.tsx'
import { Seal } from '../../ui/seal.tsx'
import type { DayPoints } from '../../wire.ts'
import { BrandMark } from '../brand-mark.tsx'
import { useText } from '../catalogues.ts'
import { knownMember, shortName } from '../members.ts'
import { usePlace } from '../place.tsx'
import type { Result, Slip } from './desk-state.ts'
import { PrintSlip } from './print-slip.tsx'

export type BannerText =
  | { readonly kind: 'done'; readonly slip: Slip; readonly result: Result; readonly maturing?: readonly DayPoints[] }
  | { readonly kind: 'saved'; readonly isOffline: boolean }
  | { readonly kind: 'undone'; readonly points: number; readonly available: number; readonly debt: number }
  | { readonly kind: 'moved' | 'corrected' | 'again'; readonly points: number; readonly available: number }
  | { readonly kind: 'refunded'; readonly points: number; readonly available: number; readonly debt: number }
  | { readonly kind: 'refundWaits' }
  | { readonly kind: 'redeemed'; readonly points: number; readonly available: number; readonly voucher?: string }
  | { readonly kind: 'reserved'; readonly points: number; readonly available: number }
  | { readonly kind: 'voucherUsed' }
  | { readonly kind: 'handedOver' }
  | { readonly kind: 'released'; readonly points: number; readonly available: number }

/** Reading takes so long; the rail keeps it. */
const SHOWN_MS = 4_000
const STAMPED: readonly BannerText['kind'][] = [
  'done',
  'redeemed',
  'voucherUsed',
  'handedOver',
  'corrected',
  'moved',
  'again',
]

type Props = {
  readonly onOver: () => void
  /** The cursor was in what is told; it goes on elsewhere. */
  readonly onLeave: () => void
}

/** Its place is kept while nothing is told, so that the form never moves under a hand. */
export function Headline({ told, ...ends }: Props & { readonly told: BannerText | undefined }) {
  const { programName, storeName } = usePlace()
  if (told) return <Banner text={told} {...ends} />
  return (
    <header className="banner banner-quiet">
      <BrandMark />
      <p className="banner-brand">
        <strong>{programName}</strong>
        <span>{storeName}</span>
      </p>
    </header>
  )
}

/** What must be written down or handed over stays until it is put away. */
function isKept(text: BannerText): boolean {
  return text.kind === 'redeemed' && text.voucher !== undefined
}

function Banner({ text, onOver, onLeave }: Props & { readonly text: BannerText }) {
  const t = useText()
  const banner = useRef<HTMLDivElement>(null)
  const end = useRef(onOver)
  end.current = () => {
    if (banner.current?.contains(document.activeElement)) onLeave()
    onOver()
  }
  useEffect(() => {
    if (isKept(text)) return
    const timer = setTimeout(() => end.current(), SHOWN_MS)
    return () => clearTimeout(timer)
  }, [text])
  const print = () => {
    window.print()
    onLeave()
  }
  return (
    <div ref={banner} className={`banner banner-${text.kind}`} role="status">
      {STAMPED.includes(text.kind) ? <Seal /> : <Icon name={text.kind === 'saved' ? 'clock' : 'check'} />}
      <div className="banner-text">
        <BannerWords text={text} />
      </div>
      <div className="banner-actions">
        {text.kind === 'done' && (
          <Button icon="print" onClick={print}>
            {t('banner.print')}
          </Button>
        )}
        <Button look="quiet" onClick={() => end.current()}>
          {t('banner.next')}
        </Button>
      </div>
      {text.kind === 'done' && <PrintSlip slip={text.slip} result={text.result} />}
    </div>
  )
}

function BannerWords({ text }: { text: BannerText }) {
  const t = useText()
  const formats = useFormats()
  const { unit } = usePlace()
  const { now } = useSession()
  const isOnline = useIsOnline()
  if (text.kind === 'saved') {
    const held = isOnline && now.status !== 'in' ? 'banner.savedSignIn' : 'banner.savedOffline'
    return <p className="banner-main">{t(text.isOffline ? held : 'banner.saved', { u: unit })}</p>
  }
  if (text.kind === 'refundWaits' || text.kind === 'voucherUsed' || text.kind === 'handedOver')
    return <p className="banner-main">{t(`banner.${text.kind}`)}</p>
  if (text.kind === 'done') return <Done text={text} />
  const values = { points: formats.points(Math.abs(text.points)), available: formats.points(text.available), u: unit }
  const debt = 'debt' in text ? text.debt : 0
  return (
    <>
      <p className="banner-main">{t(`banner.${text.kind}`, values)}</p>
      {debt > 0 && <p>{t('banner.debt', { points: formats.points(debt) })}</p>}
      {'voucher' in text && text.voucher !== undefined && (
        <p className="banner-voucher digits">
          {t('banner.voucher')} <strong>{text.voucher.replace(/(.{4})(?=.)/g, '$1 ')}</strong>
        </p>
      )}
    </>
  )
}

function Done({ text: { slip, result, maturing } }: { text: Extract<BannerText, { kind: 'done' }> }) {
  const t = useText()
  const formats = useFormats()
  const { unit } = usePlace()
  const { points, available, pending } = result
  const name = shortName(knownMember(slip.who.memberId)?.name)
  const isPending = pending > 0 && points > 0 && maturing !== undefined && maturing.length > 0
  const from = isPending ? maturing.at(-1)?.on : undefined
  const values = { points: formats.points(points), available: formats.points(available), u: unit }
  return (
    <>
      <p className="banner-main">
        {from ? t('banner.donePending', { ...values, day: formats.shortDay(from) }) : t('banner.done', values)}
      </p>
      <p className="banner-roll">
        {name !== '' && <span>{name}</span>}
        <Rolling from={from ? available : Math.max(0, available - points)} to={available} />
      </p>
    </>
  )
}

/** Old to new; the digits roll because the number changes after it is first shown. */
function Rolling({ from, to }: { from: number; to: number }) {
  const formats = useFormats()
  return (
    <span className="banner-digits">
      {from !== to && <s className="digits">{formats.points(from)}</s>}
      <Digits value={to} format={formats.points} className="banner-balance" />
    </span>
  )
}
