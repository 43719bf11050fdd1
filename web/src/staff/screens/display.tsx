/** The customer's own screen: the program, what is coming, the new balance, how to join. No name and no contact. */
import { useEffect, useState } from 'react'
import { inLocale } from '../../i18n/formats.ts'
import { useLanguage } from '../../i18n/provider.tsx'
import { unitOf, useTerms } from '../../program.ts'
import { Digits } from '../../ui/digits.tsx'
import { Qr } from '../../ui/qr.tsx'
import { Seal } from '../../ui/seal.tsx'
import { BrandMark } from '../brand-mark.tsx'
import { useText } from '../catalogues.ts'
import { listen, type Shown } from '../display-channel.ts'

/** The next customer must not read the balance of the one before. */
const SHOWN_MS = 8_000

export function DisplayScreen() {
  const t = useText()
  const { locale } = useLanguage()
  const terms = useTerms()
  const [shown, setShown] = useState<Shown>({ kind: 'idle' })
  useEffect(() => listen(setShown), [])
  useEffect(() => {
    document.title = t('title.display')
    if (shown.kind !== 'done' && shown.kind !== 'undone') return
    const timer = setTimeout(() => setShown({ kind: 'idle' }), SHOWN_MS)
    return () => clearTimeout(timer)
  }, [shown, t])
  return (
    <main className="display">
      <header className="display-brand">
        <BrandMark />
        <h1>{inLocale(terms.data?.name, locale) || t('title.display')}</h1>
      </header>
      <div className="display-now" aria-live="polite">
        <Now shown={shown} unit={unitOf(terms.data, locale, t('unit.points'))} />
      </div>
      <footer className="display-join">
        <div className="display-qr">
          <Qr text={`${location.origin}/join`} label={t('display.join')} />
        </div>
        <p>{t('display.join')}</p>
      </footer>
    </main>
  )
}

function Now({ shown, unit }: { shown: Shown; unit: string }) {
  const t = useText()
  const { formats } = useLanguage()
  switch (shown.kind) {
    case 'idle':
      return <p className="display-text">{t('display.welcome')}</p>
    case 'consent':
      return <p className="display-text">{t(`display.consent.${shown.channel}`)}</p>
    case 'coming':
      return (
        <>
          <p className="display-text digits">{formats.money(shown.minor)}</p>
          <p className="display-big digits">{formats.signed(shown.points)}</p>
          <p>{t('display.coming', { u: unit })}</p>
        </>
      )
    case 'done':
    case 'undone':
      return (
        <>
          {shown.kind === 'done' && <Seal />}
          <p className="display-text digits">
            {shown.kind === 'done' ? formats.signed(shown.points) : `−${formats.points(shown.points)}`}
          </p>
          <Digits value={shown.available} format={formats.points} className="display-big" />
          <p>{t('display.balance', { u: unit })}</p>
        </>
      )
  }
}
