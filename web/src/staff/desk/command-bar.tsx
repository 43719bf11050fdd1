/** Everything beside an award, as buttons that name their key. */
import { Icon, type IconName } from '../../ui/icons.tsx'
import { useText } from '../catalogues.ts'

export type Command = 'keys' | 'display' | 'redeem' | 'enrol' | 'undo' | 'refund' | 'search'

type Key = { readonly key: string; readonly command: Command; readonly icon: IconName }

const IN_BAR = [
  { key: 'F3', command: 'redeem', icon: 'reward' },
  { key: 'F4', command: 'enrol', icon: 'invite' },
  { key: 'F8', command: 'undo', icon: 'undo' },
  { key: 'F9', command: 'refund', icon: 'receipt' },
] as const satisfies readonly Key[]

export const KEYS = [
  { key: 'F1', command: 'keys', icon: 'keyboard' },
  { key: 'F2', command: 'display', icon: 'share' },
  ...IN_BAR,
] as const satisfies readonly Key[]

/** Redeeming needs a member; until there is one the button says so. */
export function CommandBar({ onCommand, hasMember }: { onCommand: (command: Command) => void; hasMember: boolean }) {
  const t = useText()
  return (
    <div className="commands" role="toolbar" aria-label={t('desk.commands')}>
      {IN_BAR.map(({ key, command, icon }) => (
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
    </div>
  )
}
