/** The states that every screen has besides its content: still loading, nothing here yet, and a note about it. */
import type { ReactNode } from 'react'
import { Icon, type IconName } from './icons.tsx'

/** Boxes of the final size; the words come when it takes long. `heights` in pixels, one box each. */
export function Skeleton({ words, heights }: { words: string; heights: readonly number[] }) {
  return (
    <div className="stack" role="status">
      {heights.map((height, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: boxes have no identity and never move
        <svg key={index} className="skeleton" width="100%" height={height} aria-hidden="true" />
      ))}
      <p className="skeleton-words">{words}</p>
    </div>
  )
}

type NoteProps = {
  readonly icon: IconName
  readonly title: ReactNode
  readonly children?: ReactNode
  readonly actions?: ReactNode
  readonly kind?: 'empty' | 'problem'
}

export function Note({ icon, title, children, actions, kind }: NoteProps) {
  return (
    <div className={kind ? `note note-${kind}` : 'note'} role={kind === 'problem' ? 'alert' : undefined}>
      <p className="note-title">
        <Icon name={icon} />
        <span>{title}</span>
      </p>
      {children && <div className="note-text">{children}</div>}
      {actions && <div className="note-actions">{actions}</div>}
    </div>
  )
}
