/** Taking one's data along, and ending the membership: each after a fresh sign-in, each saying in numbers what it means. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { newKey } from '../../api.ts'
import { useFormats, useLanguage } from '../../i18n/provider.tsx'
import { useApi, useIsOnline, useSession } from '../../page.tsx'
import { asProblem } from '../../problem.ts'
import { unitOf, useTerms } from '../../program.ts'
import { Button } from '../../ui/button.tsx'
import { ProblemCard } from '../../ui/problem-card.tsx'
import { Sheet } from '../../ui/sheet.tsx'
import { Note } from '../../ui/states.tsx'
import type { Profile } from '../../wire.ts'
import { useText } from '../catalogues.ts'
import { useCard } from '../data.ts'
import { routes } from '../routes.ts'
import { saveFile } from '../save-file.ts'
import { OfflineReason } from '../state.tsx'

export function AccountEnd({ profile }: { profile: Profile }) {
  const t = useText()
  const formats = useFormats()
  const api = useApi()
  const queries = useQueryClient()
  const isOnline = useIsOnline()
  const [isClosing, setClosing] = useState(false)
  const take = useMutation({
    mutationFn: () => api.call<unknown>('/me/export', { method: 'POST', key: newKey() }),
    onSuccess: ({ body }) => saveFile(`revisit-${formats.dayOf(Date.now())}.json`, body),
  })
  const close = useMutation({
    mutationFn: (confirm: boolean) => api.post('/me/close', { confirm }, newKey()),
    onSuccess: () => {
      setClosing(false)
      queries.invalidateQueries({ queryKey: ['profile'] })
    },
  })
  return (
    <section className="form" aria-labelledby="mine">
      <h2 id="mine" className="section-title">
        {t('mine.title')}
      </h2>
      <OfflineReason />
      {take.error && <Again error={take.error} />}
      <Button icon="download" disabled={take.isPending || !isOnline} onClick={() => take.mutate()}>
        {t(take.isPending ? 'mine.taking' : 'mine.take')}
      </Button>
      {profile.closeRequestedAt ? (
        <Note
          icon="clock"
          title={t('mine.closing', { date: formats.day(formats.dayOf(profile.closeRequestedAt)) })}
          actions={
            <Button disabled={close.isPending || !isOnline} onClick={() => close.mutate(false)}>
              {t('mine.closeBack')}
            </Button>
          }
        >
          {t('mine.closingText')}
        </Note>
      ) : (
        <Button disabled={!isOnline} onClick={() => setClosing(true)}>
          {t('mine.close')}
        </Button>
      )}
      {isClosing && (
        <Closing
          onClose={() => setClosing(false)}
          onYes={() => close.mutate(true)}
          isSending={close.isPending}
          error={close.error}
        />
      )}
    </section>
  )
}

type ClosingProps = {
  readonly onClose: () => void
  readonly onYes: () => void
  readonly isSending: boolean
  readonly error: Error | null
}

function Closing({ onClose, onYes, isSending, error }: ClosingProps) {
  const t = useText()
  const { locale, formats } = useLanguage()
  const terms = useTerms()
  const { card } = useCard()
  const { available = 0, pending = 0 } = card?.balances ?? {}
  return (
    <Sheet title={t('mine.close')} closeLabel={t('action.close')} onClose={onClose}>
      <p>
        {t('mine.closeWords', {
          n: formats.points(available),
          pending: formats.points(pending),
          u: unitOf(terms.data, locale, t('unit.fallback')),
        })}
      </p>
      {error && <Again error={error} />}
      <Button look="seal" isWide disabled={isSending} onClick={onYes}>
        {t('mine.closeYes', { n: formats.points(available + pending) })}
      </Button>
      <Button isWide onClick={onClose}>
        {t('mine.closeNo')}
      </Button>
    </Sheet>
  )
}

/** Some things ask who is there once more. */
function Again({ error }: { error: Error }) {
  const t = useText()
  const { signIn } = useSession()
  const problem = asProblem(error)
  const again = (
    <Button onClick={() => signIn({ prompt: 'login', returnTo: routes.href('me') })}>{t('action.signIn')}</Button>
  )
  return <ProblemCard problem={problem} {...(problem.code === 'sign_in_again' && { actions: again })} />
}
