/** Enrols a customer in the flow: the contact that was typed, a name, and the consent that was read aloud. */
import { type FormEvent, useEffect, useRef, useState } from 'react'
import { useApi } from '../../page.tsx'
import type { Problem } from '../../problem.ts'
import { Button } from '../../ui/button.tsx'
import { TextField, TickField } from '../../ui/field.tsx'
import { ProblemCard } from '../../ui/problem-card.tsx'
import { useText } from '../catalogues.ts'
import { show } from '../display-channel.ts'
import { usePlace } from '../place.tsx'
import type { Enrolled, Served } from '../wire.ts'
import type { Asked } from './desk-state.ts'
import { PanelFrame } from './panels.tsx'
import { type ReadPhone, type Recognised, recognise } from './recognise.ts'
import { useDeed } from './use-deed.ts'
import { usePhoneReader } from './use-phone-reader.ts'

type Props = {
  readonly asked: Asked | undefined
  readonly onClose: () => void
  readonly onEnrolled: (member: Served) => void
}

export function EnrolPanel({ asked, onClose, onEnrolled }: Props) {
  const t = useText()
  const { read: readPhone } = usePhoneReader()
  const late = useLateSubmit(readPhone)
  const { enrol, problem, isRunning } = useEnrol(onEnrolled)
  const [contact, setContact] = useState(contactOf(asked))
  const [name, setName] = useState('')
  const [hasConsent, consent] = useState(false)
  const [isWrong, setWrong] = useState(false)
  const recognised = recognise(contact, readPhone)
  const reach = reachOf(recognised)
  const channel = recognised.kind === 'email' ? 'email' : 'sms'
  useConsentShown(channel)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (recognised.kind === 'unread' && name.trim() !== '') return late.wait()
    if (reach === undefined || name.trim() === '') return setWrong(true)
    enrol({ ...reach, name: name.trim(), ...(hasConsent && { consents: { marketing: { [channel]: true } } }) })
  }
  return (
    <PanelFrame title={t('panel.enrol')} onClose={onClose}>
      <form ref={late.form} className="panel-form" onSubmit={submit} noValidate>
        <TextField
          label={t('enrol.contact')}
          hint={
            recognised.kind === 'phone' ? t('enrol.readBack', { contact: recognised.shown }) : t('enrol.contactHint')
          }
          error={isWrong && reach === undefined ? t('enrol.contactWrong') : undefined}
          value={contact}
          autoComplete="off"
          autoFocus={asked === undefined}
          onChange={({ target }) => setContact(target.value)}
        />
        <TextField
          label={t('enrol.name')}
          error={isWrong && name.trim() === '' ? t('problem.required_field') : undefined}
          value={name}
          maxLength={80}
          autoComplete="off"
          autoFocus={asked !== undefined}
          onChange={({ target }) => setName(target.value)}
        />
        <TickField
          label={t(`enrol.consent.${channel}`)}
          hint={t('enrol.consentHint')}
          checked={hasConsent}
          onChange={({ target }) => consent(target.checked)}
        />
        {problem && <Refused problem={problem} onEnrolled={onEnrolled} />}
        <Button type="submit" look="seal" isLarge disabled={isRunning}>
          {t('enrol.commit')}
        </Button>
      </form>
    </PanelFrame>
  )
}

function useEnrol(onEnrolled: Props['onEnrolled']) {
  const api = useApi()
  const { store } = usePlace()
  const { run, problem, isRunning } = useDeed()
  const enrol = async (person: Readonly<Record<string, unknown>>) => {
    const body = { ...person, ...(store && { storeId: store.id }) }
    const made = await run(JSON.stringify(body), async (key) => {
      const { id } = await api.post<Enrolled>('/members', body, key)
      return api.get<Served>(`/members/${id}`)
    })
    if (made) onEnrolled(made)
  }
  return { enrol, problem, isRunning }
}

/** The contact may belong to a member already: then the desk goes on with that one. */
function Refused({ problem, onEnrolled }: { problem: Problem; onEnrolled: Props['onEnrolled'] }) {
  const t = useText()
  const api = useApi()
  const deed = useDeed()
  const owner = problem.code === 'contact_in_use' ? problem.facts.body?.memberId : undefined
  const goOn = async () => {
    const member = await deed.run(`${owner}`, () => api.get<Served>(`/members/${owner}`))
    if (member) onEnrolled(member)
  }
  return (
    <ProblemCard
      problem={deed.problem ?? problem}
      actions={
        typeof owner === 'string' && (
          <Button look="ink" onClick={goOn}>
            {t('enrol.continue')}
          </Button>
        )
      }
    />
  )
}

/** Enter before numbers can be read is Enter once they can. */
function useLateSubmit(readPhone: ReadPhone | undefined) {
  const form = useRef<HTMLFormElement>(null)
  const isLate = useRef(false)
  useEffect(() => {
    if (readPhone === undefined || !isLate.current) return
    isLate.current = false
    form.current?.requestSubmit()
  }, [readPhone])
  const wait = () => {
    isLate.current = true
  }
  return { form, wait }
}

function reachOf(recognised: Recognised): { readonly phone: string } | { readonly email: string } | undefined {
  if (recognised.kind === 'phone') return { phone: recognised.phone }
  return recognised.kind === 'email' ? { email: recognised.email } : undefined
}

function contactOf(asked: Asked | undefined): string {
  if (asked?.kind === 'phone') return asked.shown
  return asked?.kind === 'email' ? asked.email : ''
}

/** The customer reads the words while they are asked. */
function useConsentShown(channel: 'email' | 'sms'): void {
  useEffect(() => {
    show({ kind: 'consent', channel })
    return () => show({ kind: 'idle' })
  }, [channel])
}
