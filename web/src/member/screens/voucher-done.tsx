/** A voucher that was just given: the stamp, the code in fours, and its QR code. */
import { lazy, Suspense } from 'react'
import { useLanguage } from '../../i18n/provider.tsx'
import { Link } from '../../navigation.tsx'
import { Icon } from '../../ui/icons.tsx'
import { Seal } from '../../ui/seal.tsx'
import type { Voucher } from '../../wire.ts'
import { useText } from '../catalogues.ts'
import { Heading } from '../heading.tsx'
import { routes } from '../routes.ts'

const Qr = lazy(async () => ({ default: (await import('../../ui/qr.tsx')).Qr }))

export function VoucherDone({ voucher, name }: { voucher: Voucher; name: string }) {
  const t = useText()
  return (
    <section className="done" role="status">
      <Seal />
      <Heading title={t('voucher.given', { reward: name })} />
      <VoucherCode voucher={voucher} />
      <Link className="all" href={routes.href('vouchers')}>
        {t('vouchers.title')}
        <Icon name="next" />
      </Link>
    </section>
  )
}

export function VoucherCode({ voucher }: { voucher: Voucher }) {
  const t = useText()
  const { formats } = useLanguage()
  const { code = '' } = voucher
  return (
    <>
      <div className="code-qr code-small">
        <Suspense fallback={<div className="code-space" />}>
          <Qr text={code} label={t('voucher.qr')} />
        </Suspense>
      </div>
      <p className="code-digits digits">{code.replace(/(.{4})(?=.)/g, '$1 ')}</p>
      {voucher.valueMinor !== null && <p>{t('voucher.worth', { money: formats.money(voucher.valueMinor) })}</p>}
      {voucher.expiresOn && (
        <p className="fact-expiry">{t('voucher.until', { date: formats.day(voucher.expiresOn) })}</p>
      )}
      <p className="fine">{t('voucher.once')}</p>
    </>
  )
}
