/** A voucher that was just given: the stamp, the code in fours, and its QR code. */
import { lazy, Suspense } from 'react'
import { useLanguage } from '../../i18n/provider.tsx'
import { Seal } from '../../ui/seal.tsx'
import type { Voucher } from '../../wire.ts'
import { useText } from '../catalogues.ts'

const Qr = lazy(async () => ({ default: (await import('../../ui/qr.tsx')).Qr }))

export function VoucherDone({ voucher, name }: { voucher: Voucher; name: string }) {
  const t = useText()
  return (
    <section className="done" role="status">
      <Seal />
      <h2>{t('voucher.given', { reward: name })}</h2>
      <VoucherCode voucher={voucher} />
    </section>
  )
}

export function VoucherCode({ voucher }: { voucher: Voucher }) {
  const t = useText()
  const { formats } = useLanguage()
  return (
    <>
      <div className="code-qr code-small">
        <Suspense fallback={<div className="code-space" />}>
          <Qr text={voucher.code} label={t('voucher.qr')} />
        </Suspense>
      </div>
      <p className="code-digits digits">{voucher.code.replace(/(.{4})(?=.)/g, '$1 ')}</p>
      {voucher.expiresOn && (
        <p className="fact-expiry">{t('voucher.until', { date: formats.day(voucher.expiresOn.slice(0, 10)) })}</p>
      )}
      <p className="fine">{t('voucher.once')}</p>
    </>
  )
}
