/** The one field that finds a member; it says what it takes a text for while it is typed, and offers what follows. */
import type { KeyboardEvent } from 'react'
import { useIsOnline } from '../../page.tsx'
import { Icon } from '../../ui/icons.tsx'
import { useProblemText } from '../../ui/problem-card.tsx'
import { useText } from '../catalogues.ts'
import { knownMember, shortName } from '../members.ts'
import { queryMistake } from './desk-state.ts'
import { type ReadPhone, type Recognised, recognise } from './recognise.ts'
import type { Running } from './use-desk.ts'

type Props = { readonly running: Running; readonly readPhone: ReadPhone | undefined; readonly onCamera: () => void }

export function Omnibox({ running, readPhone, onCamera }: Props) {
  const t = useText()
  const { desk, dispatch, fields } = running
  const { phase, draft } = desk
  const recognised = recognise(draft.query, readPhone)
  const isWrong = queryMistake(desk.mistake) !== undefined
  const onArrows = (event: KeyboardEvent) => {
    if (phase.at !== 'choose' || (event.key !== 'ArrowDown' && event.key !== 'ArrowUp')) return
    event.preventDefault()
    dispatch({ do: 'move', by: event.key === 'ArrowDown' ? 1 : -1 })
  }
  return (
    <div className="omnibox">
      <label htmlFor="query" className="field-label">
        {t('omnibox.label')}
      </label>
      <div className="omnibox-line">
        <Icon name="search" />
        <input
          ref={(element) => {
            fields.current.query = element
          }}
          id="query"
          data-desk="query"
          className="omnibox-input digits"
          value={draft.query}
          placeholder={t('omnibox.placeholder')}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          enterKeyHint="search"
          aria-describedby="query-says"
          aria-invalid={isWrong || undefined}
          aria-controls={phase.at === 'choose' ? 'choices' : undefined}
          onChange={({ target }) => dispatch({ do: 'typed', field: 'query', text: target.value })}
          onFocus={() => dispatch({ do: 'focused', field: 'query' })}
          onKeyDown={onArrows}
        />
        <button type="button" className="omnibox-camera" onClick={onCamera}>
          <Icon name="camera" />
          <span>{t('command.camera')}</span>
        </button>
      </div>
      <p id="query-says" className={isWrong ? 'omnibox-says omnibox-wrong' : 'omnibox-says'} role="status">
        <Says running={running} recognised={recognised} />
      </p>
      {phase.at === 'choose' && <Choices running={running} />}
    </div>
  )
}

function Says({ running, recognised }: { running: Running; recognised: Recognised }) {
  const t = useText()
  const words = useProblemText()
  const isOnline = useIsOnline()
  const { phase } = running.desk
  const mistake = queryMistake(running.desk.mistake)
  if (mistake !== undefined) return t(`omnibox.mistake.${mistake}`)
  switch (phase.at) {
    case 'looking':
      return t('omnibox.looking')
    case 'choose':
      return t('omnibox.choose')
    case 'lookup_failed':
      return phase.code === 'offline' ? t('omnibox.offline') : words({ facts: { code: phase.code } })
    case 'nobody': {
      const { asked } = phase
      if (asked.kind === 'phone')
        return isOnline ? t('omnibox.enrolPhone', { phone: asked.shown }) : t('omnibox.offline')
      return asked.kind === 'email' ? t('omnibox.enrolEmail', { email: asked.email }) : t('omnibox.nobody')
    }
    default:
      return <Hint recognised={recognised} />
  }
}

function Hint({ recognised }: { recognised: Recognised }) {
  const t = useText()
  if (recognised.kind === 'nothing') return t('omnibox.hint')
  if (recognised.kind === 'phone') return t('omnibox.is.phone', { phone: recognised.shown })
  return t(`omnibox.is.${recognised.kind}`)
}

function Choices({ running: { desk, dispatch } }: { running: Running }) {
  const t = useText()
  const { phase } = desk
  if (phase.at !== 'choose') return null
  return (
    <ul id="choices" className="choices" aria-label={t('omnibox.choose')}>
      {phase.items.map(({ memberId, cardNumber }, index) => {
        const member = knownMember(memberId)
        return (
          <li key={memberId}>
            <button
              type="button"
              className="choice"
              aria-current={index === phase.marked || undefined}
              onClick={() => dispatch({ do: 'pick', index })}
            >
              <strong>{shortName(member?.name) || t('member.noName')}</strong>
              <span className="digits">{member?.phone ?? member?.email ?? cardNumber}</span>
            </button>
          </li>
        )
      })}
    </ul>
  )
}
