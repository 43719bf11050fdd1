/** One person of the staff: name, roles and stores; for a new one also where the invitation goes. */
import { type FormEvent, useState } from 'react'
import { useLanguage } from '../../i18n/provider.tsx'
import { useApi, useSession } from '../../page.tsx'
import { Button } from '../../ui/button.tsx'
import { TextField, TickField } from '../../ui/field.tsx'
import { ProblemCard } from '../../ui/problem-card.tsx'
import { useText } from '../catalogues.ts'
import { useDeed } from '../desk/use-deed.ts'
import { nameOf, usePlace } from '../place.tsx'
import type { StaffRecord, StaffRole } from '../wire.ts'

const ROLES: readonly StaffRole[] = ['cashier', 'manager', 'marketer', 'caller', 'admin', 'auditor']

type Props = { readonly record?: StaffRecord; readonly onClose: () => void }

export function PersonForm({ record, onClose }: Props) {
  const t = useText()
  const { locale } = useLanguage()
  const { stores } = usePlace()
  const save = useSave(record, onClose)
  const [name, setName] = useState(record?.name ?? '')
  const [email, setEmail] = useState(record?.email ?? '')
  const [roles, setRoles] = useState<readonly StaffRole[]>(record?.roles ?? ['cashier'])
  const [isEverywhere, setEverywhere] = useState(record?.stores === '*')
  const [chosen, choose] = useState<readonly string[]>(
    record === undefined || record.stores === '*' ? [] : record.stores,
  )
  const [isWrong, setWrong] = useState(false)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const isSound =
      name.trim() !== '' && (record !== undefined || /^\S+@\S+\.\S+$/.test(email.trim())) && roles.length > 0
    if (!isSound) return setWrong(true)
    save.run({
      name: name.trim(),
      ...(record === undefined && { email: email.trim() }),
      roles,
      stores: isEverywhere ? '*' : chosen,
    })
  }
  const toggled = <T,>(list: readonly T[], item: T) =>
    list.includes(item) ? list.filter((each) => each !== item) : [...list, item]
  return (
    <form className="person-form" onSubmit={submit} noValidate>
      <TextField
        label={t('people.name')}
        error={isWrong && name.trim() === '' ? t('problem.required_field') : undefined}
        value={name}
        maxLength={80}
        autoFocus
        onChange={({ target }) => setName(target.value)}
      />
      {record === undefined && (
        <TextField
          label={t('people.email')}
          hint={t('people.emailHint')}
          error={isWrong && !/^\S+@\S+\.\S+$/.test(email.trim()) ? t('problem.invalid_value') : undefined}
          type="email"
          value={email}
          onChange={({ target }) => setEmail(target.value)}
        />
      )}
      <fieldset className="person-set">
        <legend>{t('people.roles')}</legend>
        {ROLES.map((role) => (
          <TickField
            key={role}
            label={t(`role.${role}`)}
            checked={roles.includes(role)}
            onChange={() => setRoles(toggled(roles, role))}
          />
        ))}
      </fieldset>
      <fieldset className="person-set">
        <legend>{t('people.stores')}</legend>
        <TickField
          label={t('people.allStores')}
          checked={isEverywhere}
          onChange={({ target }) => setEverywhere(target.checked)}
        />
        {!isEverywhere &&
          stores.map((store) => (
            <TickField
              key={store.id}
              label={nameOf(store, locale)}
              checked={chosen.includes(store.id)}
              onChange={() => choose(toggled(chosen, store.id))}
            />
          ))}
      </fieldset>
      {save.problem && <ProblemCard problem={save.problem} actions={save.needsSignIn && <SignInAgain />} />}
      <div className="note-actions">
        <Button type="submit" look="seal" disabled={save.isRunning}>
          {t(record ? 'action.save' : 'people.invite')}
        </Button>
        <Button onClick={onClose}>{t('action.cancel')}</Button>
        {record && (
          <Button
            look="quiet"
            disabled={save.isRunning}
            onClick={() => save.run({ disabled: record.state !== 'disabled' })}
          >
            {t(record.state === 'disabled' ? 'people.enable' : 'people.disable')}
          </Button>
        )}
      </div>
    </form>
  )
}

/** Rights of others are changed only by who has just signed in. */
function SignInAgain() {
  const t = useText()
  const { signIn } = useSession()
  return (
    <Button look="ink" onClick={() => signIn({ prompt: 'login' })}>
      {t('action.signIn')}
    </Button>
  )
}

function useSave(record: StaffRecord | undefined, onSaved: () => void) {
  const api = useApi()
  const { run, problem, isRunning } = useDeed()
  const save = async (changes: Readonly<Record<string, unknown>>) => {
    const content = JSON.stringify(changes)
    const made = await run(content, (key) =>
      record === undefined
        ? api.call<StaffRecord>('/program/staff', { method: 'POST', body: changes, key })
        : api.call<StaffRecord>(`/program/staff/${record.id}`, {
            method: 'PATCH',
            body: changes,
            key,
            ifMatch: `"${record.version}"`,
          }),
    )
    if (made !== undefined) onSaved()
  }
  return { run: save, problem, isRunning, needsSignIn: problem?.code === 'sign_in_again' }
}
