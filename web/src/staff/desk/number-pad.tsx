/** Keys for fingers, on tablets only: they type into the field that has the cursor, as a keyboard would. */
import { useSyncExternalStore } from 'react'
import { Icon } from '../../ui/icons.tsx'
import { useText } from '../catalogues.ts'
import { usePlace } from '../place.tsx'
import type { Desk, Field } from './desk-state.ts'
import { exponentOf, shownAmount, typedAmount } from './money-entry.ts'
import type { Running } from './use-desk.ts'

/** Four in a row, so that form and pad stand on a tablet together. */
const KEYS = ['1', '2', '3', 'back', '4', '5', '6', '00', '7', '8', '9', '0'] as const
const TABLET =
  '(min-width: 768px) and (max-width: 1023px), (min-width: 768px) and (max-width: 1400px) and (pointer: coarse)'

/** Whether the page shows keys of its own, so that the device need not cover half of it with another set. */
export function useHasPad(): boolean {
  return useSyncExternalStore(listen, () => matchMedia(TABLET).matches)
}

function listen(onChange: () => void): () => void {
  const query = matchMedia(TABLET)
  query.addEventListener('change', onChange)
  return () => query.removeEventListener('change', onChange)
}

export function NumberPad({ running: { desk, dispatch } }: { running: Running }) {
  const t = useText()
  const { currency } = usePlace()
  const hasPad = useHasPad()
  const exponent = currency === '' ? 2 : exponentOf(currency)
  if (!hasPad) return null
  const press = (digits: string | undefined) => {
    const field = fieldWithCursor() ?? fieldOf(desk)
    const before = field === 'amount' ? shownAmount(desk.draft.amount, exponent) : desk.draft[field]
    const text = digits === undefined ? before.slice(0, -1) : before + digits
    dispatch({ do: 'typed', field, text: field === 'amount' ? typedAmount(desk.draft.amount, text, exponent) : text })
  }
  return (
    <fieldset className="pad" onPointerDown={(event) => event.preventDefault()}>
      <legend className="only-heard">{t('pad.label')}</legend>
      {KEYS.map((key) =>
        key === 'back' ? (
          <button
            key={key}
            type="button"
            className="pad-key"
            aria-label={t('pad.back')}
            onClick={() => press(undefined)}
          >
            <Icon name="back" />
          </button>
        ) : (
          <button key={key} type="button" className="pad-key digits" onClick={() => press(key)}>
            {key}
          </button>
        ),
      )}
    </fieldset>
  )
}

function fieldWithCursor(): Field | undefined {
  const active = document.activeElement
  const name = active instanceof HTMLElement ? active.dataset.desk : undefined
  return name === 'query' || name === 'receipt' || name === 'amount' ? name : undefined
}

/** Where no field has the cursor, the one that is next. */
function fieldOf({ phase }: Desk): Field {
  if (phase.at === 'looking') return phase.cursor
  return phase.at === 'receipt' || phase.at === 'amount' ? phase.at : 'query'
}
