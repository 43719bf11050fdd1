/**
 * Another e-mail address, proven before it counts: a fresh sign-in with the old one gives a ticket, and a sign-in with the new one
 * takes it in. A stolen phone is not enough, and a mistyped address changes nothing.
 */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { newKey, serverNow } from '../../api.ts'
import { navigate } from '../../navigation.tsx'
import { useApi, useIsOnline, useSession } from '../../page.tsx'
import { asProblem } from '../../problem.ts'
import { Button } from '../../ui/button.tsx'
import { ProblemCard } from '../../ui/problem-card.tsx'
import { Note } from '../../ui/states.tsx'
import type { Profile } from '../../wire.ts'
import { useText } from '../catalogues.ts'
import { kept, useProfile } from '../data.ts'
import { Heading } from '../heading.tsx'
import { routes } from '../routes.ts'
import { OfflineReason, SignInFirst } from '../state.tsx'

const TICKET = 'contact.ticket'
const HERE = routes.href('contact')

type Ticket = { readonly ticket: string; readonly expiresAt: string; readonly subject: string | undefined }

export function ContactScreen() {
  const t = useText()
  const { now } = useSession()
  const [ticket, setTicket] = useState<Ticket>()
  useEffect(() => {
    kept.get(TICKET).then((found) => setTicket(asTicket(found)))
  }, [])
  const isOther = ticket !== undefined && now.status === 'in' && now.subject !== ticket.subject
  return (
    <>
      <Heading title={t('contact.title')} />
      <ol className="steps">
        <li aria-current={ticket === undefined ? 'step' : undefined}>{t('contact.step1')}</li>
        <li aria-current={ticket !== undefined && !isOther ? 'step' : undefined}>{t('contact.step2')}</li>
        <li aria-current={isOther ? 'step' : undefined}>{t('contact.step3')}</li>
      </ol>
      {ticket === undefined && (now.status === 'out' ? <SignInFirst /> : <Begin onTicket={setTicket} />)}
      {ticket !== undefined && !isOther && <Leave />}
      {ticket !== undefined && isOther && <Finish ticket={ticket} />}
      <p className="fine">{t('contact.hold')}</p>
    </>
  )
}

function Begin({ onTicket }: { onTicket: (ticket: Ticket) => void }) {
  const t = useText()
  const api = useApi()
  const isOnline = useIsOnline()
  const { now, signIn } = useSession()
  const own = useProfile()
  const begin = useMutation({
    mutationFn: () => api.post<{ ticket: string; expiresAt: string }>('/me/contacts/tickets', {}, newKey()),
    onSuccess: async (given) => {
      const ticket = { ...given, subject: now.subject }
      await kept.set(TICKET, ticket)
      onTicket(ticket)
    },
  })
  const problem = begin.error ? asProblem(begin.error) : undefined
  const again = <Button onClick={() => signIn({ prompt: 'login', returnTo: HERE })}>{t('action.signIn')}</Button>
  return (
    <>
      {own.data?.profile.email && <p>{t('contact.now', { email: own.data.profile.email })}</p>}
      {problem && <ProblemCard problem={problem} {...(problem.code === 'sign_in_again' && { actions: again })} />}
      <Button
        look="ink"
        isWide
        disabled={begin.isPending || !isOnline || now.status !== 'in'}
        onClick={() => begin.mutate()}
      >
        {t('contact.begin')}
      </Button>
      <OfflineReason />
    </>
  )
}

function Leave() {
  const t = useText()
  const { signIn } = useSession()
  return (
    <Button look="ink" isWide onClick={() => signIn({ prompt: 'login', returnTo: HERE })}>
      {t('contact.signInNew')}
    </Button>
  )
}

function Finish({ ticket }: { ticket: Ticket }) {
  const t = useText()
  const api = useApi()
  const queries = useQueryClient()
  const { token } = useSession()
  const finish = useMutation({
    mutationFn: () => api.post<Profile>('/me/contacts', { ticket: ticket.ticket }, newKey()),
    onSuccess: async () => {
      await kept.remove(TICKET)
      await token(true)
      await queries.invalidateQueries()
      navigate(routes.href('me'), { replace: true })
    },
  })
  const problem = finish.error ? asProblem(finish.error) : undefined
  const start = async () => {
    await kept.remove(TICKET)
    navigate(routes.href('me'), { replace: true })
  }
  return (
    <>
      <Note icon="info" title={t('contact.ready')} />
      {problem && (
        <ProblemCard
          problem={problem}
          fate={!problem.isUnknown && t('contact.untouched')}
          actions={<Button onClick={start}>{t('contact.leave')}</Button>}
        />
      )}
      <Button look="seal" isWide disabled={finish.isPending} onClick={() => finish.mutate()}>
        {t(problem?.isUnknown ? 'action.tryAgain' : 'contact.finish')}
      </Button>
    </>
  )
}

/** One whose time is over is none. */
function asTicket(value: unknown): Ticket | undefined {
  const found =
    typeof value === 'object' && value !== null
      ? { ticket: '', expiresAt: '', subject: undefined, ...value }
      : undefined
  return found && found.ticket !== '' && Date.parse(found.expiresAt) > serverNow() ? found : undefined
}
