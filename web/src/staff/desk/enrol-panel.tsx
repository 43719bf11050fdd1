/** Enrols a customer in the flow: the contact that was typed, a name, and the consent that was read aloud. */
import { type FormEvent, useEffect, useState } from 'react'
import { useApi } from '../../page.tsx'
import { Button } from '../../ui/button.tsx'
import { TextField, TickField } from '../../ui/field.tsx'
import { ProblemCard } from '../../ui/problem-card.tsx'
import { useText } from '../catalogues.ts'
import { show } from '../display-channel.ts'
import { usePlace } from '../place.tsx'
import type { Enrolled, Served } from '../wire.ts'
import type { Asked } from './desk-state.ts'
import { PanelFrame } from './panels.tsx'
import { recognise } from './recognise.ts'
import { useDeed } from './use-deed.ts'
import { usePhoneReader } from './use-phone-reader.ts'

type Props = {
  readonly asked: Asked | undefined
  readonly onClose: () => void
  readonly onEnrolled: (member: Served) => void
}

export function EnrolPanel({ asked, onClose, onEnrolled }: Props) {
  const t = useText()
  const api = useApi()
  const { store } = usePlace()
  const deed = useDeed()
  const readPhone = usePhoneReader()
  const [contact, setContact] = useState(contactOf(asked))
  const [name, setName] = useState('')
  const [hasConsent, consent] = useState(false)
  const [isWrong, setWrong] = useState(false)
  const recognised = recognise(contact, readPhone)
  const channel = recognised.kind === 'email' ? 'email' : 'sms'
  useConsentShown(channel)
  async function enrol(event: FormEvent): Promise<void> {
    event.preventDefault()
    const reach =
      recognised.kind === 'phone'
        ? { phone: recognised.phone }
        : recognised.kind === 'email'
          ? { email: recognised.email }
          : undefined
    if (reach === undefined || name.trim() === '') return setWrong(true)
    const body = {
      ...reach,
      name: name.trim(),
      ...(store && { storeId: store.id }),
      ...(hasConsent && { consents: { marketing: { [channel]: true } } }),
    }
    const made = await deed.run(JSON.stringify(body), (key) => api.post<Enrolled>('/members', body, key))
    if (made) onEnrolled(await api.get<Served>(`/members/${made.id}`))
  }
  const owner = deed.problem?.code === 'contact_in_use' ? deed.problem.facts.body?.memberId : undefined
  return (
    <PanelFrame title={t('panel.enrol')} onClose={onClose}>
      <form className="panel-form" onSubmit={enrol} noValidate>
        <TextField
          label={t('enrol.contact')}
          hint={
            recognised.kind === 'phone' ? t('enrol.readBack', { contact: recognised.shown }) : t('enrol.contactHint')
          }
          error={
            isWrong && recognised.kind !== 'phone' && recognised.kind !== 'email' ? t('enrol.contactWrong') : undefined
          }
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
        {deed.problem && (
          <ProblemCard
            problem={deed.problem}
            actions={
              typeof owner === 'string' && (
                <Button look="ink" onClick={async () => onEnrolled(await api.get<Served>(`/members/${owner}`))}>
                  {t('enrol.continue')}
                </Button>
              )
            }
          />
        )}
        <Button type="submit" look="seal" isLarge disabled={deed.isRunning}>
          {t('enrol.commit')}
        </Button>
      </form>
    </PanelFrame>
  )
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
