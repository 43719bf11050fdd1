/**
 * Parts of the page that are loaded when they are opened. One that cannot be loaded, because the network is gone or a newer
 * page has taken its place, says so where it would stand; the desk around it goes on.
 */
import { Component, type ReactNode, Suspense } from 'react'
import { Button } from '../ui/button.tsx'
import { Note } from '../ui/states.tsx'
import { useText } from './catalogues.ts'

type Props = { readonly children: ReactNode; readonly fallback?: ReactNode }

export function Later({ children, fallback }: Props) {
  return (
    <Boundary>
      <Suspense fallback={fallback}>{children}</Suspense>
    </Boundary>
  )
}

class Boundary extends Component<{ readonly children: ReactNode }, { readonly hasFailed: boolean }> {
  override state = { hasFailed: false }

  static getDerivedStateFromError() {
    return { hasFailed: true }
  }

  override componentDidCatch(error: unknown): void {
    console.warn('a part could not be shown', error)
  }

  override render(): ReactNode {
    return this.state.hasFailed ? <NotLoaded /> : this.props.children
  }
}

function NotLoaded() {
  const t = useText()
  return (
    <Note
      icon="alert"
      kind="problem"
      title={t('late.failed')}
      actions={
        <Button look="ink" onClick={() => location.reload()}>
          {t('state.reload')}
        </Button>
      }
    >
      {t('late.kept')}
    </Note>
  )
}
