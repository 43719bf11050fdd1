/** The states that the screens of a signed-in member share: asked to sign in, loading, failed, and a person who has not joined. */
import type { ReactNode } from 'react'
import { navigate } from '../navigation.tsx'
import { useIsOnline, useSession } from '../page.tsx'
import { asProblem, type Problem } from '../problem.ts'
import { Button } from '../ui/button.tsx'
import { ProblemCard } from '../ui/problem-card.tsx'
import { Note, Skeleton } from '../ui/states.tsx'
import { useText } from './catalogues.ts'
import { routes } from './routes.ts'

type Query<T> = {
  readonly data: T | undefined
  readonly error: Error | null
  readonly refetch: () => unknown
}

type Props<T> = {
  readonly query: Query<T>
  readonly heights: readonly number[]
  readonly children: (data: T) => ReactNode
}

/** Shows what was read, and until then, or instead, what stands in its place. */
export function Own<T>({ query, heights, children }: Props<T>) {
  const t = useText()
  const { now } = useSession()
  if (query.data !== undefined) return children(query.data)
  if (now.status === 'out') return <SignInFirst />
  if (query.error) return <Failed problem={asProblem(query.error)} onRetry={query.refetch} />
  if (now.status === 'away') return <Away />
  return <Skeleton words={t('state.loading')} heights={heights} />
}

export function Failed({ problem, onRetry }: { problem: Problem; onRetry: () => unknown }) {
  if (problem.code === 'not_found') return <JoinFirst />
  if (problem.code === 'signed_out') return <SignInFirst />
  return <ProblemCard problem={problem} onRetry={() => onRetry()} />
}

/** Beside what needs the service: why it cannot be pressed now. */
export function OfflineReason() {
  const t = useText()
  return useIsOnline() ? null : <p className="reason">{t('state.offline')}</p>
}

export function SignInFirst() {
  const t = useText()
  const { signIn } = useSession()
  return (
    <Note
      icon="lock"
      title={t('signIn.needed')}
      kind="empty"
      actions={
        <Button look="ink" onClick={() => signIn()}>
          {t('action.signIn')}
        </Button>
      }
    />
  )
}

/** Signed in before, and nothing is known yet: no network, or it was asked a moment ago. */
function Away() {
  const t = useText()
  const { signIn } = useSession()
  return (
    <Note
      icon="offline"
      title={t('signIn.away')}
      kind="empty"
      actions={<Button onClick={() => signIn()}>{t('action.tryAgain')}</Button>}
    />
  )
}

function JoinFirst() {
  const t = useText()
  return (
    <Note
      icon="card"
      title={t('join.notYet')}
      kind="empty"
      actions={
        <Button look="seal" onClick={() => navigate(routes.href('join'))}>
          {t('join.start')}
        </Button>
      }
    >
      {t('join.notYetText')}
    </Note>
  )
}
