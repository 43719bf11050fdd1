/** The member's vouchers: those that can be used first, each opening to its code. */
import { useLanguage } from '../../i18n/provider.tsx'
import { Link } from '../../navigation.tsx'
import { useTerms } from '../../program.ts'
import { buttonClass } from '../../ui/button.tsx'
import { Icon } from '../../ui/icons.tsx'
import { Note } from '../../ui/states.tsx'
import type { Voucher } from '../../wire.ts'
import { useText } from '../catalogues.ts'
import { useVouchers } from '../data.ts'
import { Heading } from '../heading.tsx'
import { rewardName, storeName } from '../reward-words.ts'
import { routes } from '../routes.ts'
import { Own } from '../state.tsx'
import { VoucherCode } from './voucher-done.tsx'

export function VouchersScreen() {
  const t = useText()
  const vouchers = useVouchers()
  return (
    <>
      <Heading title={t('vouchers.title')} />
      <Own query={vouchers} heights={[72, 72]}>
        {({ items }) =>
          items.length === 0 ? (
            <Note
              icon="voucher"
              title={t('vouchers.none')}
              kind="empty"
              actions={
                <Link className={buttonClass()} href={routes.href('rewards')}>
                  {t('rewards.title')}
                </Link>
              }
            />
          ) : (
            <ul className="rows">
              {items
                .toSorted((a, b) => rank(a) - rank(b))
                .map((voucher) => (
                  <VoucherRow key={voucher.id} voucher={voucher} />
                ))}
            </ul>
          )
        }
      </Own>
    </>
  )
}

function rank({ state }: Voucher): number {
  return state === 'issued' ? 0 : 1
}

function VoucherRow({ voucher }: { voucher: Voucher }) {
  const t = useText()
  const { locale, formats } = useLanguage()
  const terms = useTerms()
  const { state, used, expiresOn } = voucher
  const last = expiresOn && t('voucher.until', { date: formats.day(expiresOn) })
  const name = rewardName(voucher, locale)
  const usedWords = ({ at, storeId }: NonNullable<Voucher['used']>) =>
    t('voucher.usedAt', {
      date: formats.day(formats.dayOf(at)),
      store: storeId === null ? 'none' : storeName(storeId, terms.data, locale),
    })
  if (state !== 'issued') {
    return (
      <li className="row">
        <span>
          <strong>{name}</strong>
          <span className="row-note">{used ? usedWords(used) : t(`voucher.${state}`)}</span>
          {state === 'expired' && last && <span className="row-note">{last}</span>}
        </span>
      </li>
    )
  }
  return (
    <li>
      <details className="entry">
        <summary>
          <Icon name="voucher" />
          <span className="entry-what">
            {name}
            <span className="entry-when">{t('voucher.issued')}</span>
            {last && <span className="entry-when">{last}</span>}
          </span>
        </summary>
        <div className="why">
          <VoucherCode voucher={voucher} />
        </div>
      </details>
    </li>
  )
}
