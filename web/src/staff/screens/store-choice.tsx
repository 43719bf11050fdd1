/** The first thing a new device is asked: in which store it stands. */
import { useLanguage } from '../../i18n/provider.tsx'
import { Button } from '../../ui/button.tsx'
import { Note, Skeleton } from '../../ui/states.tsx'
import { useText } from '../catalogues.ts'
import { setDevice } from '../device.ts'
import { nameOf, usePlace } from '../place.tsx'

export function StoreChoice() {
  const t = useText()
  const { locale } = useLanguage()
  const { stores, terms } = usePlace()
  if (terms === undefined) return <Skeleton words={t('state.loading')} heights={[56, 56]} />
  if (stores.length === 0) return <Note icon="store" kind="empty" title={t('store.none')} />
  return (
    <section className="gate">
      <h1>{t('store.choose')}</h1>
      <p>{t('store.chooseText')}</p>
      <ul className="gate-list">
        {stores.map((store) => (
          <li key={store.id}>
            <Button isWide isLarge onClick={() => setDevice({ storeId: store.id })}>
              {nameOf(store, locale)}
            </Button>
          </li>
        ))}
      </ul>
    </section>
  )
}
