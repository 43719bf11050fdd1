/** A voucher that was scanned or typed: what it is, whether it is good, and taking it once. */
import { useQuery } from '@tanstack/react-query'
import { inLocale } from '../../i18n/formats.ts'
import { useFormats, useLanguage } from '../../i18n/provider.tsx'
import { useApi } from '../../page.tsx'
import { asProblem, Problem } from '../../problem.ts'
import { Button } from '../../ui/button.tsx'
import { ProblemCard } from '../../ui/problem-card.tsx'
import { Note, Skeleton } from '../../ui/states.tsx'
import { useText } from '../catalogues.ts'
import { usePlace } from '../place.tsx'
import type { DeskVoucher } from '../wire.ts'
import type { BannerText } from './banner.tsx'
import { useOpenIntent, type Wish } from './intents.ts'
import { PanelFrame } from './panels.tsx'
import { NotDone, Unheard } from './unheard.tsx'
import { useIntent } from './use-intent.ts'

type Props = { readonly code: string; readonly onClose: () => void; readonly onDone: (text: BannerText) => void }

export function VoucherPanel({ code, onClose, onDone }: Props) {
  const t = useText()
  const api = useApi()
  const intending = useIntent()
  const { store } = usePlace()
  const { locale } = useLanguage()
  const subject = `voucher.${code}`
  const open = useOpenIntent(subject)
  // Wrong codes are counted against the till, so a question is asked once.
  const voucher = useQuery({
    queryKey: ['voucher', code],
    queryFn: () => api.get<DeskVoucher>(`/rewards/vouchers/${code}`),
    retry: false,
    refetchOnWindowFocus: false,
    // It may be used anywhere at any moment.
    gcTime: 0,
  })
  async function consume(wish?: Wish): Promise<void> {
    const path = `/rewards/vouchers/${code}/consume`
    const used = await intending.run(
      subject,
      wish ?? { kind: 'voucher', steps: [{ path, body: { storeId: store?.id } }] },
    )
    if (used) onDone({ kind: 'voucherUsed' })
  }
  const { data, error } = voucher
  const name = data?.name === undefined ? '' : typeof data.name === 'string' ? data.name : inLocale(data.name, locale)
  const shown = code.replace(/(.{4})(?=.)/g, '$1 ')
  if (open) {
    return (
      <PanelFrame title={t('panel.voucher')} onClose={onClose}>
        <p className="voucher-code digits">{shown}</p>
        <Unheard intent={open} intending={intending} onCheck={() => consume(open)} />
      </PanelFrame>
    )
  }
  return (
    <PanelFrame title={t('panel.voucher')} onClose={onClose}>
      <p className="voucher-code digits">{shown}</p>
      {error && (
        <ProblemCard problem={ofVoucher(error)} actions={<Button onClick={onClose}>{t('panel.close')}</Button>} />
      )}
      {data === undefined && !error && <Skeleton words={t('state.loading')} heights={[64]} />}
      {data && (
        <Note icon="voucher" title={name || t('voucher.unnamed')}>
          <About voucher={data} />
        </Note>
      )}
      {data?.state === 'issued' && (
        <Button look="seal" isLarge autoFocus disabled={intending.isRunning} onClick={() => consume()}>
          {t('voucher.consume')}
        </Button>
      )}
      {intending.failed && <NotDone failed={intending.failed} fate={t('voucher.notUsed')} />}
    </PanelFrame>
  )
}

/** Of all that may be missing, here it is the voucher. */
function ofVoucher(error: unknown): Problem {
  const problem = asProblem(error)
  return problem.code === 'not_found' ? new Problem({ ...problem.facts, code: 'voucher_not_found' }) : problem
}

/** What it is good for, or why it is good for nothing any more. */
function About({ voucher }: { voucher: DeskVoucher }) {
  const t = useText()
  const formats = useFormats()
  const { state, expiresOn, valueMinor } = voucher
  if (state !== 'issued') {
    return (
      <>
        <p>{t('voucher.notGood')}</p>
        <p>
          <Why voucher={voucher} />
        </p>
      </>
    )
  }
  return (
    <>
      <p>{t('voucher.good')}</p>
      {valueMinor !== null && <p>{t('voucher.worth', { money: formats.money(valueMinor) })}</p>}
      {expiresOn !== null && <p>{t('voucher.until', { day: formats.day(expiresOn) })}</p>}
    </>
  )
}

function Why({ voucher: { state, used, expiresOn } }: { voucher: DeskVoucher }) {
  const t = useText()
  const formats = useFormats()
  if (state === 'used' && used) {
    return t('voucher.used', { day: formats.day(formats.dayOf(used.at)), time: formats.time(used.at) })
  }
  return state === 'expired' && expiresOn !== null
    ? t('voucher.expired', { day: formats.day(expiresOn) })
    : state === 'cancelled' && t('voucher.cancelled')
}
