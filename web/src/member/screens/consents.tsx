/** What the business may do: per purpose and way, off until allowed, and withdrawn with one tap. */
import { useState } from 'react'
import { useFormats } from '../../i18n/provider.tsx'
import { useIsOnline } from '../../page.tsx'
import { asProblem } from '../../problem.ts'
import { TickField } from '../../ui/field.tsx'
import { ProblemCard } from '../../ui/problem-card.tsx'
import type { ConsentChange, Consents, Profile } from '../../wire.ts'
import { type Say, useText } from '../catalogues.ts'
import { useConsentHistory, useProfile } from '../data.ts'
import { Heading } from '../heading.tsx'
import { OfflineReason, Own } from '../state.tsx'
import { useChange } from '../use-change.ts'
import { type Compared, StaleCard } from './stale-card.tsx'

const PURPOSES = ['marketing', 'survey', 'revisit', 'referral_invite'] as const
type Way = { readonly purpose: string; readonly channel: string }

const CHANNELS = ['email', 'sms', 'phone', 'wechat', 'line'] as const

export function ConsentsScreen() {
  const t = useText()
  const own = useProfile()
  return (
    <>
      <Heading title={t('consents.title')} />
      <p className="fine">{t('consents.words')}</p>
      <Own query={own} heights={[160, 160, 160]}>
        {({ profile, etag }) => <Answers key={etag} profile={profile} etag={etag} />}
      </Own>
      <History />
    </>
  )
}

function Answers({ profile, etag }: { profile: Profile; etag: string }) {
  const t = useText()
  const isOnline = useIsOnline()
  const change = useChange(etag)
  const [given, give] = useState<Consents>({})
  const answer = (purpose: string, channel: string, isAllowed: boolean) => {
    const consents = { [purpose]: { [channel]: isAllowed } }
    give(consents)
    change.mutate({ consents })
  }
  // What could not be saved is not shown as if it were.
  const now = change.isError ? {} : given
  const problem = change.error ? asProblem(change.error) : undefined
  return (
    <>
      {problem?.code === 'stale_version' ? (
        <StaleCard
          values={compared(given, t)}
          onMine={(fresh) => change.mutate({ consents: given }, fresh)}
          onTheirs={change.reset}
        />
      ) : (
        problem && <ProblemCard problem={problem} fate={!problem.isUnknown && t('consents.unsaved')} />
      )}
      <OfflineReason />
      {PURPOSES.map((purpose) => (
        <fieldset className="fieldset consent" key={purpose} disabled={change.isPending || !isOnline}>
          <legend>{t(`consents.${purpose}`)}</legend>
          {CHANNELS.map((channel) => (
            <TickField
              key={channel}
              label={t(`channel.${channel}`)}
              checked={allowed(profile.consents, now, { purpose, channel })}
              onChange={({ target }) => answer(purpose, channel, target.checked)}
            />
          ))}
        </fieldset>
      ))}
      <p className="only-heard" role="status">
        {change.isSuccess && t('me.saved')}
      </p>
    </>
  )
}

/** The one answer that was just given, beside the one that is kept. */
function compared(given: Consents, t: Say): Compared[] {
  const said = (consents: Consents, way: Way) => t(allowed(consents, {}, way) ? 'stale.allowed' : 'stale.notAllowed')
  const ways = PURPOSES.flatMap((purpose) => CHANNELS.map((channel) => ({ purpose, channel })))
  return ways
    .filter(({ purpose, channel }) => given[purpose]?.[channel] !== undefined)
    .map((way) => ({
      label: `${t(`consents.${way.purpose}`)}, ${t(`channel.${way.channel}`)}`,
      mine: said(given, way),
      theirs: (profile) => said(profile.consents, way),
    }))
}

/** What was allowed and taken back, when, and under which words. */
function History() {
  const t = useText()
  const formats = useFormats()
  const history = useConsentHistory()
  const items = history.data?.items ?? []
  if (items.length === 0) return null
  return (
    <section aria-labelledby="consent-history">
      <h2 id="consent-history" className="section-title">
        {t('consents.history')}
      </h2>
      <ul className="rows">
        {items.map(({ at, text, changes }) => (
          <li className="row" key={at}>
            <span>
              {partsOf(changes).map(({ purpose, channel, granted }) => (
                <span className="row-line" key={`${purpose} ${channel}`}>
                  {t(granted ? 'consents.given' : 'consents.withdrawn', {
                    purpose: t(`consents.${purpose}`),
                    channel: t(`channel.${channel}`),
                  })}
                </span>
              ))}
              <span className="row-note">
                {formats.day(formats.dayOf(at))} {formats.time(at)}
                {text && ` · ${t('consents.text', { version: text })}`}
              </span>
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}

/** A purpose or a way that this page does not know is left out rather than shown as a code. */
function partsOf(changes: readonly ConsentChange[]) {
  return changes.flatMap(({ granted, ...named }) => {
    const purpose = PURPOSES.find((each) => each === named.purpose)
    const channel = CHANNELS.find((each) => each === named.channel)
    return purpose && channel ? [{ purpose, channel, granted }] : []
  })
}

/** What was just tapped counts until the answer is there; no answer at all is no. */
function allowed(saved: Consents, now: Consents, { purpose, channel }: Way): boolean {
  return now[purpose]?.[channel] ?? saved[purpose]?.[channel] ?? false
}
