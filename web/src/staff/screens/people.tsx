/** The staff, for admins: who may do what and where, inviting somebody, and ending somebody's access. */
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useLanguage } from '../../i18n/provider.tsx'
import { useApi } from '../../page.tsx'
import { asProblem } from '../../problem.ts'
import { Button } from '../../ui/button.tsx'
import { ProblemCard } from '../../ui/problem-card.tsx'
import { Note, Skeleton } from '../../ui/states.tsx'
import type { Page } from '../../wire.ts'
import { useText } from '../catalogues.ts'
import { isAny } from '../person.ts'
import { nameOf, usePlace } from '../place.tsx'
import type { StaffRecord } from '../wire.ts'
import { Heading } from './heading.tsx'
import { PersonForm } from './person-form.tsx'

const PEOPLE_MAX = 100

export function PeopleScreen() {
  const t = useText()
  const api = useApi()
  const queries = useQueryClient()
  const { person } = usePlace()
  const mayRead = isAny(person, 'admin')
  const [open, setOpen] = useState<string>()
  const people = useQuery({
    queryKey: ['people'],
    queryFn: () => api.get<Page<StaffRecord>>(`/program/staff?limit=${PEOPLE_MAX}`),
    enabled: mayRead,
    retry: false,
  })
  const close = () => {
    setOpen(undefined)
    queries.invalidateQueries({ queryKey: ['people'] })
  }
  return (
    <section className="screen-page">
      <header className="screen-head">
        <Heading>{t('title.people')}</Heading>
        {mayRead && (
          <Button look="ink" icon="plus" onClick={() => setOpen('new')}>
            {t('people.invite')}
          </Button>
        )}
      </header>
      {!mayRead && <Note icon="lock" title={t('people.forbidden')} />}
      {open === 'new' && <PersonForm onClose={close} />}
      {people.error && <ProblemCard problem={asProblem(people.error)} onRetry={() => people.refetch()} />}
      {mayRead && people.data === undefined && !people.error && (
        <Skeleton words={t('state.loading')} heights={[72, 72, 72]} />
      )}
      {people.data && people.data.items.length === 0 && (
        <Note icon="people" kind="empty" title={t('people.empty')}>
          {t('people.emptyText')}
        </Note>
      )}
      <ul className="people">
        {people.data?.items.map((record) => (
          <li key={record.id} className="person">
            {open === record.id ? (
              <PersonForm record={record} onClose={close} />
            ) : (
              <PersonLine record={record} onOpen={() => setOpen(record.id)} />
            )}
          </li>
        ))}
      </ul>
    </section>
  )
}

function PersonLine({ record, onOpen }: { record: StaffRecord; onOpen: () => void }) {
  const t = useText()
  const { locale, formats } = useLanguage()
  const { stores } = usePlace()
  const { name, email, roles, state } = record
  const where =
    record.stores === '*'
      ? t('people.allStores')
      : formats.list(
          record.stores.map(
            (id) =>
              nameOf(
                stores.find((store) => store.id === id),
                locale,
              ) || id,
          ),
        )
  return (
    <div className="person-line">
      <div>
        <strong>{name}</strong>
        <p className="quote-quiet">{email}</p>
        <p>
          {formats.list(roles.map((role) => t(`role.${role}`)))} · {where}
        </p>
      </div>
      <span className={`person-state person-${state}`}>{t(`people.state.${state}`)}</span>
      <Button onClick={onOpen}>{t('people.change')}</Button>
    </div>
  )
}
