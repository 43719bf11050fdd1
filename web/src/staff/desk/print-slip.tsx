/** The customer's slip for a paper roll: seen only by the printer. */
import { useFormats } from '../../i18n/provider.tsx'
import { Qr } from '../../ui/qr.tsx'
import { useText } from '../catalogues.ts'
import { useDevice } from '../device.ts'
import { useAccount } from '../members.ts'
import { usePlace } from '../place.tsx'
import type { Result, Slip } from './desk-state.ts'

export function PrintSlip({ slip, result }: { slip: Slip; result: Result }) {
  const t = useText()
  const formats = useFormats()
  const { paperMm } = useDevice()
  const { programName, storeName, unit } = usePlace()
  const next = useAccount(slip.who.memberId).data?.expiring.find(({ on }) => on !== null)
  const now = new Date(slip.at).toISOString()
  return (
    <section className={`slip slip-${paperMm}`} aria-hidden="true">
      <p className="slip-title">{programName}</p>
      <p>{storeName}</p>
      <p className="digits">
        {formats.day(formats.dayOf(now))} {formats.time(now)}
      </p>
      <hr />
      <p className="digits">{t('print.receipt', { receipt: slip.receiptNumber })}</p>
      <p className="digits">{formats.money(slip.minor)}</p>
      <p className="slip-points digits">{t('print.points', { points: formats.signed(result.points), u: unit })}</p>
      <p className="digits">{t('print.balance', { points: formats.points(result.available), u: unit })}</p>
      {result.pending > 0 && (
        <p className="digits">{t('print.pending', { points: formats.points(result.pending), u: unit })}</p>
      )}
      {next?.on && (
        <p className="digits">
          {t('member.expiry', { points: formats.points(next.points), day: formats.day(next.on), u: unit })}
        </p>
      )}
      <div className="slip-qr">
        <Qr text={location.origin} label={t('print.qr')} />
      </div>
    </section>
  )
}
