/**
 * What happened, what became of the reader's entry, what to do next and who can help, in that order. Its text is
 * `problem.<code>`, with the numbers that the refusal carries written as the reader writes them.
 */
import type { ReactNode } from 'react'
import { problemText } from '../i18n/problem-text.ts'
import { useCommonText, useFormats, useHasText } from '../i18n/provider.tsx'
import type { Problem } from '../problem.ts'
import { Button } from './button.tsx'
import { Icon } from './icons.tsx'

type Props = {
  readonly problem: Problem
  /** What the reader can do; a problem without a way on is a dead end. */
  readonly actions?: ReactNode
  readonly onRetry?: () => void
  /** What became of what was entered. */
  readonly fate?: ReactNode
}

export function ProblemCard({ problem, actions, onRetry, fate }: Props) {
  const t = useCommonText()
  const words = useProblemText()
  const { instance } = problem.facts
  return (
    <div className="note note-problem" role="alert">
      <p className="note-title">
        <Icon name="alert" />
        <span>{words(problem)}</span>
      </p>
      {fate && <p className="note-text">{fate}</p>}
      {(onRetry || actions) && (
        <div className="note-actions">
          {onRetry && <Button onClick={onRetry}>{t('action.tryAgain')}</Button>}
          {actions}
        </div>
      )}
      {instance && (
        <p className="note-id">
          {t('problem.request')} <span className="digits">{instance}</span>{' '}
          <Button look="quiet" onClick={() => void navigator.clipboard?.writeText(instance)}>
            {t('action.copy')}
          </Button>
        </p>
      )}
    </div>
  )
}

/** @returns the sentence for a problem, or for one reason out of several. */
export function useProblemText() {
  const t = useCommonText()
  const formats = useFormats()
  const has = useHasText()
  return (problem: Pick<Problem, 'facts'> | { readonly facts: { readonly code: string } }) =>
    problemText(problem.facts, { t, formats, has })
}
