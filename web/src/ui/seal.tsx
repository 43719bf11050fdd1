/** The stamp: only where value changed hands or a decision was made. */
import { Icon } from './icons.tsx'

export function Seal() {
  return (
    <span className="seal seal-stamped" aria-hidden="true">
      <Icon name="check" />
    </span>
  )
}
