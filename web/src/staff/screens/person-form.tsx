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
  const save = useSave(record, onClose)
  const [name, setName] = useState(record?.name ?? '')
  const [email, setEmail] = useState(record?.email ?? '')
  const [roles, setRoles] = useState<readonly StaffRole[]>(record?.roles ?? ['cashier'])
  const [stores, setStores] = useState<StaffRecord['stores']>(record?.stores ?? [])
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
      stores,
    })
  }
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
      <Roles roles={roles} onChange={setRoles} />
      <Stores stores={stores} onChange={setStores} />
      {save.problem && <ProblemCard problem={save.problem} actions={save.needsSignIn && <SignInAgain />} />}
      <div className="note-actions">
        <Button type="submit" look="seal" disabled={save.isRunning}>
          {t(record ? 'action.save' : 'people.invite')}
        </Button>
        <Button onClick={onClose}>{t('action.cancel')}</Button>
        {record && <Access record={record} isRunning={save.isRunning} onChange={save.run} />}
      </div>
    </form>
  )
}

function toggled<T>(list: readonly T[], item: T): T[] {
  return list.includes(item) ? list.filter((each) => each !== item) : [...list, item]
}

type RolesProps = { readonly roles: readonly StaffRole[]; readonly onChange: (roles: readonly StaffRole[]) => void }

function Roles({ roles, onChange }: RolesProps) {
  const t = useText()
  return (
    <fieldset className="person-set">
      <legend>{t('people.roles')}</legend>
      {ROLES.map((role) => (
        <TickField
          key={role}
          label={t(`role.${role}`)}
          checked={roles.includes(role)}
          onChange={() => onChange(toggled(roles, role))}
        />
      ))}
    </fieldset>
  )
}

type StoresProps = {
  readonly stores: StaffRecord['stores']
  readonly onChange: (stores: StaffRecord['stores']) => void
}

function Stores({ stores, onChange }: StoresProps) {
  const t = useText()
  const { locale } = useLanguage()
  const place = usePlace()
  return (
    <fieldset className="person-set">
      <legend>{t('people.stores')}</legend>
      <TickField
        label={t('people.allStores')}
        checked={stores === '*'}
        onChange={({ target }) => onChange(target.checked ? '*' : [])}
      />
      {stores !== '*' &&
        place.stores.map((store) => (
          <TickField
            key={store.id}
            label={nameOf(store, locale)}
            checked={stores.includes(store.id)}
            onChange={() => onChange(toggled(stores, store.id))}
          />
        ))}
    </fieldset>
  )
}

type AccessProps = {
  readonly record: StaffRecord
  readonly isRunning: boolean
  readonly onChange: (changes: { readonly disabled: boolean }) => void
}

function Access({ record, isRunning, onChange }: AccessProps) {
  const t = useText()
  const isDisabled = record.state === 'disabled'
  return (
    <Button look="quiet" disabled={isRunning} onClick={() => onChange({ disabled: !isDisabled })}>
      {t(isDisabled ? 'people.enable' : 'people.disable')}
    </Button>
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
