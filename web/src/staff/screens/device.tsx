/** This device: its store and label, sound, paper, and a place to try the scanner. */
import { useState } from 'react'
import { useLanguage } from '../../i18n/provider.tsx'
import { Button } from '../../ui/button.tsx'
import { SelectField, TextField, TickField } from '../../ui/field.tsx'
import { Note } from '../../ui/states.tsx'
import { useText } from '../catalogues.ts'
import { targetOfScan } from '../desk/recognise.ts'
import { useWedge } from '../desk/use-wedge.ts'
import { setDevice, useDevice } from '../device.ts'
import { nameOf, usePlace } from '../place.tsx'
import { play } from '../sound.ts'
import { Heading } from './heading.tsx'

export function DeviceScreen() {
  const t = useText()
  const { locale } = useLanguage()
  const { stores, store } = usePlace()
  const device = useDevice()
  return (
    <section className="screen-page">
      <Heading>{t('title.device')}</Heading>
      <p className="quote-quiet">{t('device.text')}</p>
      <div className="screen-form">
        <SelectField
          label={t('device.store')}
          value={store?.id ?? ''}
          onChange={({ target }) => setDevice({ storeId: target.value })}
        >
          {store === undefined && <option value="">{t('store.choose')}</option>}
          {stores.map((each) => (
            <option key={each.id} value={each.id}>
              {nameOf(each, locale)}
            </option>
          ))}
        </SelectField>
        <TextField
          label={t('device.label')}
          hint={t('device.labelHint')}
          value={device.label}
          maxLength={40}
          onChange={({ target }) => setDevice({ label: target.value })}
        />
        <SelectField
          label={t('device.paper')}
          value={String(device.paperMm)}
          onChange={({ target }) => setDevice({ paperMm: target.value === '58' ? 58 : 80 })}
        >
          <option value="80">80 mm</option>
          <option value="58">58 mm</option>
        </SelectField>
        <TickField
          label={t('device.sound')}
          checked={device.hasSound}
          onChange={({ target }) => setDevice({ hasSound: target.checked })}
        />
        <TickField
          label={t('device.slash')}
          checked={device.hasSlashKey}
          onChange={({ target }) => setDevice({ hasSlashKey: target.checked })}
        />
        <div className="note-actions">
          <Button onClick={() => play('done')}>{t('device.tryDone')}</Button>
          <Button onClick={() => play('problem')}>{t('device.tryProblem')}</Button>
        </div>
      </div>
      <ScannerTest />
    </section>
  )
}

function ScannerTest() {
  const t = useText()
  const [scanned, setScanned] = useState<string>()
  useWedge((text) => {
    setScanned(text)
    return true
  })
  const target = scanned === undefined ? undefined : targetOfScan(scanned, true).to
  return (
    <Note icon="scan" title={t('device.scanner')}>
      <p aria-live="polite">
        {scanned === undefined
          ? t('device.scannerWaits')
          : t('device.scannerHeard', { text: scanned, what: t(`device.is.${target ?? 'query'}`) })}
      </p>
    </Note>
  )
}
