/**
 * Name and birthday of the reader. What they typed is never replaced by what is read meanwhile, and outlives a sign-in: where
 * both changed, they see both and choose.
 */
import { type FormEvent, useEffect } from 'react'
import { useFormats } from '../../i18n/provider.tsx'
import { useIsOnline } from '../../page.tsx'
import { asProblem } from '../../problem.ts'
import { Button } from '../../ui/button.tsx'
import { TextField } from '../../ui/field.tsx'
import { ProblemCard } from '../../ui/problem-card.tsx'
import type { Birthday, Profile } from '../../wire.ts'
import { BirthdayFields } from '../birthday-fields.tsx'
import { useText } from '../catalogues.ts'
import { useDraft } from '../draft.ts'
import { useFieldError } from '../field-error.ts'
import { OfflineReason } from '../state.tsx'
import { type ProfileChange, useChange } from '../use-change.ts'
import { type Compared, StaleCard } from './stale-card.tsx'

type Read = { readonly profile: Own; readonly etag: string }
type Own = Pick<Profile, 'name' | 'birthday'>
type Typed = { readonly name: string; readonly month: string; readonly day: string }

export function OwnForm({ profile, etag }: { readonly profile: Profile; readonly etag: string }) {
  const t = useText()
  const isOnline = useIsOnline()
  const { typed, type, base, forget } = useTyped(profile.id, { profile, etag })
  const wanted = changeOf(base.profile, typed)
  const isSame = Object.keys(wanted).length === 0
  const change = useChange(base.etag)
  const errorOf = useFieldError(change.error)
  const compared = useCompared(wanted)
  const isNameless = typed.name.trim() === ''
  const problem = change.error ? asProblem(change.error) : undefined
  // An answer that was lost is found in what is read.
  const isSaved = isSame && (change.isSuccess || problem?.isUnknown === true)
  useForgetting(isSaved, forget)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    change.mutate(wanted)
  }
  return (
    <form className="form" onSubmit={submit} noValidate>
      <TextField
        label={t('join.name')}
        value={typed.name}
        onChange={({ target }) => type({ name: target.value })}
        error={isNameless ? t('problem.required_field') : errorOf('/name')}
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
        problem &&
        !isSaved && <ProblemCard problem={problem} fate={t(problem.isUnknown ? 'join.kept' : 'me.unsaved')} />
      )}
      <Button type="submit" look="ink" disabled={isSame || isNameless || change.isPending || !isOnline}>
        {t(problem?.facts.status === 0 && !isSaved ? 'action.tryAgain' : 'action.save')}
      </Button>
      <OfflineReason />
      <p className="saved" role="status">
        {isSaved && t('me.saved')}
      </p>
    </form>
  )
}

/** What was typed is forgotten once, when it is saved. */
function useForgetting(isSaved: boolean, forget: () => void): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: another `forget` is no other reason
  useEffect(() => {
    if (isSaved) forget()
  }, [isSaved])
}

type Draft = { readonly base: Read; readonly parts: Partial<Typed> }

/** What stands in the fields, and the version that it began from. `type(undefined)` begins anew from what is read now. */
function useTyped(id: string, { profile: { name, birthday }, etag }: Read) {
  // Nothing else of the profile is kept with what is typed.
  const read = { profile: { name, birthday }, etag }
  const { values, change, clear } = useDraft<Draft>(`me.${id}`, { base: read, parts: {} })
  const { base, parts } = broughtUp(values, read)
  const type = (part: Partial<Typed> | undefined) => {
    const next = part === undefined ? { base: read, parts: {} } : { base, parts: { ...parts, ...part } }
    change(next)
    if (isOwn(next.base.profile, next)) clear()
  }
  return { typed: typedIn({ base, parts }), type, base, forget: clear }
}

/** A newer version is taken over unless it and the reader changed the same fields. */
function broughtUp(draft: Draft, read: Read): Draft {
  const isUntouched = Object.keys(changeOf(draft.base.profile, typedOf(read.profile))).length === 0
  if (isUntouched) return { base: read, parts: draft.parts }
  return isOwn(draft.base.profile, draft) || isOwn(read.profile, draft) ? { base: read, parts: {} } : draft
}

/** Nothing else is typed than what this one says. */
function isOwn(profile: Own, draft: Draft): boolean {
  return Object.keys(changeOf(profile, typedIn(draft))).length === 0
}

function typedIn({ base, parts }: Draft): Typed {
  return { ...typedOf(base.profile), ...parts }
}

function typedOf({ name, birthday }: Own): Typed {
  return { name: name ?? '', month: String(birthday?.month ?? ''), day: String(birthday?.day ?? '') }
}

/** Only what differs from what is kept. Half a birthday is none. */
function changeOf(profile: Own, { name, month, day }: Typed): ProfileChange {
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
