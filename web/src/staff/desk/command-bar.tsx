/** Everything beside an award, as buttons that name their key. */
import { Icon, type IconName } from '../../ui/icons.tsx'
import { useText } from '../catalogues.ts'

export type Command = 'keys' | 'display' | 'redeem' | 'enrol' | 'undo' | 'refund' | 'camera' | 'search'

type Key = { readonly key: string; readonly command: Command; readonly icon: IconName; readonly isInBar: boolean }

export const KEYS: readonly Key[] = [
  { key: 'F1', command: 'keys', icon: 'keyboard', isInBar: false },
  { key: 'F2', command: 'display', icon: 'share', isInBar: false },
  { key: 'F3', command: 'redeem', icon: 'reward', isInBar: true },
  { key: 'F4', command: 'enrol', icon: 'invite', isInBar: true },
  { key: 'F8', command: 'undo', icon: 'undo', isInBar: true },
  { key: 'F9', command: 'refund', icon: 'minus', isInBar: true },
]

/** Redeeming needs a member; until there is one the button says so. */
export function CommandBar({ onCommand, hasMember }: { onCommand: (command: Command) => void; hasMember: boolean }) {
  const t = useText()
  return (
    <div className="commands" role="toolbar" aria-label={t('desk.commands')}>
      {KEYS.filter(({ isInBar }) => isInBar).map(({ key, command, icon }) => (
        <button
          key={key}
          type="button"
          className="command"
          onClick={() => onCommand(command)}
          disabled={command === 'redeem' && !hasMember}
        >
          <Icon name={icon} />
          <span>{t(`command.${command}`)}</span>
          <kbd>{key}</kbd>
        </button>
      ))}
      <button type="button" className="command" onClick={() => onCommand('camera')}>
        <Icon name="camera" />
        <span>{t('command.camera')}</span>
      </button>
    </div>
  )
}
