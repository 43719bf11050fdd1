/** All keys of the desk on one sheet, and what a scanner does. */
import { Sheet } from '../../ui/sheet.tsx'
import { useText } from '../catalogues.ts'
import { KEYS } from './command-bar.tsx'

export function KeysSheet({ onClose }: { onClose: () => void }) {
  const t = useText()
  return (
    <Sheet title={t('keys.title')} closeLabel={t('action.close')} onClose={onClose}>
      <dl className="keys">
        {KEYS.map(({ key, command }) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{t(`keys.${command}`)}</dd>
          </div>
        ))}
        {(['Enter', 'Esc', '/'] as const).map((key) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{t(key === '/' ? 'keys.slash' : `keys.${key}`)}</dd>
          </div>
        ))}
      </dl>
      <p className="note-text">{t('keys.scanner')}</p>
    </Sheet>
  )
}
