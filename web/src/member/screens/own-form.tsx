/**
 * Name and birthday of the reader. What they typed is never replaced by what is read meanwhile: where both changed, they see
 * both and choose.
 */
import { type FormEvent, useState } from 'react'
import { useFormats } from '../../i18n/provider.tsx'
import { useIsOnline } from '../../page.tsx'
import { asProblem } from '../../problem.ts'
import { Button } from '../../ui/button.tsx'
import { TextField } from '../../ui/field.tsx'
import { ProblemCard } from '../../ui/problem-card.tsx'
import type { Birthday, Profile } from '../../wire.ts'
import { BirthdayFields } from '../birthday-fields.tsx'
import { useText } from '../catalogues.ts'
import { useDirty } from '../draft.ts'
import { useFieldError } from '../field-error.ts'
import { OfflineReason } from '../state.tsx'
import { type ProfileChange, useChange } from '../use-change.ts'
import { type Compared, StaleCard } from './stale-card.tsx'

type Read = { readonly profile: Profile; readonly etag: string }
type Typed = { readonly name: string; readonly month: string; readonly day: string }

export function OwnForm(read: Read) {
  const t = useText()
  const isOnline = useIsOnline()
  const { typed, type, base } = useTyped(read)
  const wanted = changeOf(base.profile, typed)
  const isSame = Object.keys(wanted).length === 0
  const change = useChange(base.etag)
  const errorOf = useFieldError(change.error)
  const compared = useCompared(wanted)
  useDirty('me', !isSame)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    change.mutate(wanted)
  }
  const problem = change.error ? asProblem(change.error) : undefined
  return (
    <form className="form" onSubmit={submit}>
      <TextField
        label={t('join.name')}
        value={typed.name}
        onChange={({ target }) => type({ name: target.value })}
        error={errorOf('/name')}
        autoComplete="name"
        required
        maxLength={200}
      />
      <BirthdayFields
        legend={t('join.birthday')}
        hint={t('join.birthdayWhy')}
        month={typed.month}
        day={typed.day}
        error={errorOf('/birthday')}
        onChange={type}
      />
      {problem?.code === 'stale_version' ? (
        <StaleCard
          values={compared}
          onMine={(fresh) => change.mutate(wanted, fresh)}
          onTheirs={() => {
            type(undefined)
            change.reset()
          }}
        />
      ) : (
        problem && <ProblemCard problem={problem} fate={t('me.unsaved')} />
      )}
      <Button type="submit" look="ink" disabled={isSame || change.isPending || !isOnline}>
        {t('action.save')}
      </Button>
      <OfflineReason />
      <p className="saved" role="status">
        {change.isSuccess && isSame && t('me.saved')}
      </p>
    </form>
  )
}

/** What stands in the fields, and the version that it began from. `type(undefined)` begins anew from what is read now. */
function useTyped(read: Read) {
  const [base, begin] = useState(read)
  const [parts, setParts] = useState<Partial<Typed>>()
  const typed = { ...typedOf(base.profile), ...parts }
  const isOwn = (profile: Profile) => Object.keys(changeOf(profile, typed)).length === 0
  const isUntouched = Object.keys(changeOf(base.profile, typedOf(read.profile))).length === 0
  // A newer version is taken over unless it and the reader changed the same fields.
  if (base.etag !== read.etag && (isOwn(base.profile) || isOwn(read.profile) || isUntouched)) {
    begin(read)
    if (!isUntouched) setParts(undefined)
  }
  const type = (part: Partial<Typed> | undefined) => {
    if (part === undefined) begin(read)
    setParts(part && { ...parts, ...part })
  }
  return { typed, type, base }
}

function typedOf({ name, birthday }: Profile): Typed {
  return { name: name ?? '', month: String(birthday?.month ?? ''), day: String(birthday?.day ?? '') }
}

/** Only what differs from what is kept. Half a birthday is none. */
function changeOf(profile: Profile, { name, month, day }: Typed): ProfileChange {
  const birthday = month !== '' && day !== '' ? { month: Number(month), day: Number(day) } : null
  const isSameDay = birthday?.month === profile.birthday?.month && birthday?.day === profile.birthday?.day
  return { ...(name !== (profile.name ?? '') && { name }), ...(!isSameDay && { birthday }) }
}

function useCompared({ name, birthday }: ProfileChange): Compared[] {
  const t = useText()
  const formats = useFormats()
  const dayText = (value: Birthday | null) =>
    value
      ? formats.shortDay(`2024-${String(value.month).padStart(2, '0')}-${String(value.day).padStart(2, '0')}`)
      : t('me.none')
  const named = name !== undefined && { label: t('join.name'), mine: name, theirs: (now: Profile) => now.name ?? '' }
  const born = birthday !== undefined && {
    label: t('me.birthday'),
    mine: dayText(birthday),
    theirs: (now: Profile) => dayText(now.birthday),
  }
  return [named, born].filter((value) => value !== false)
}
