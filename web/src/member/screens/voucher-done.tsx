/** A voucher that was just given: the stamp, the code in fours, and its QR code. */
import { lazy, Suspense } from 'react'
import { useLanguage } from '../../i18n/provider.tsx'
import { Link } from '../../navigation.tsx'
import { useTerms } from '../../program.ts'
import { Icon } from '../../ui/icons.tsx'
import { Seal } from '../../ui/seal.tsx'
import type { Voucher } from '../../wire.ts'
import { useText } from '../catalogues.ts'
import { Heading } from '../heading.tsx'
import { storeNames } from '../reward-words.ts'
import { routes } from '../routes.ts'
import { inFours } from '../shown-code.ts'

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
  const { formats, locale } = useLanguage()
  const terms = useTerms()
  const { code = '' } = voucher
  const stores = storeNames(voucher.stores, terms.data, locale)
  return (
    <>
      <div className="code-qr code-small">
        <Suspense fallback={<div className="code-space" />}>
          <Qr text={code} label={t('voucher.qr')} />
        </Suspense>
      </div>
      <p className="code-digits digits">{inFours(code)}</p>
      {voucher.valueMinor !== null && <p>{t('voucher.worth', { money: formats.money(voucher.valueMinor) })}</p>}
      {voucher.expiresOn && (
        <p className="fact-expiry">{t('voucher.until', { date: formats.day(voucher.expiresOn) })}</p>
      )}
      {stores.length > 0 && <p>{t('voucher.stores', { stores: formats.list(stores) })}</p>}
      <p className="fine">{t('voucher.once')}</p>
    </>
  )
}
