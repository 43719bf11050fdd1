/** Fetches the proof of the whole account, checks it here, and hands it over as a file. */
import { useMutation } from '@tanstack/react-query'
import type { Api } from '../../api.ts'
import { useLanguage } from '../../i18n/provider.tsx'
import { useApi, useIsOnline } from '../../page.tsx'
import { asProblem } from '../../problem.ts'
import { Button } from '../../ui/button.tsx'
import { ProblemCard } from '../../ui/problem-card.tsx'
import { Note } from '../../ui/states.tsx'
import type { Proof } from '../../wire.ts'
import { useText } from '../catalogues.ts'
import { verifyProof } from '../proof.ts'
import { saveFile } from '../save-file.ts'
import { OfflineReason } from '../state.tsx'

/** A thousand entries each. */
const PAGES_MAX = 50

export function VerifyStatement() {
  const t = useText()
  const { formats } = useLanguage()
  const api = useApi()
  const isOnline = useIsOnline()
  const check = useMutation({
    mutationFn: async () => {
      const pages = await allPages(api)
      return { pages, verdict: await verifyProof(pages) }
    },
  })
  const { data } = check
  return (
    <section className="verify" aria-labelledby="verify">
      <h2 id="verify" className="section-title">
        {t('verify.title')}
      </h2>
      <p className="fine">{t('verify.words')}</p>
      {data && (
        <Note
          icon={data.verdict.isWhole ? 'check' : 'alert'}
          title={t(data.verdict.isWhole ? 'verify.whole' : 'verify.broken', {
            count: data.verdict.count,
            at: data.verdict.brokenAt ?? 0,
          })}
          {...(!data.verdict.isWhole && { kind: 'problem' as const })}
          actions={
            <Button icon="download" onClick={() => saveFile(`statement-${formats.dayOf(Date.now())}.json`, data.pages)}>
              {t('verify.save')}
            </Button>
          }
        />
      )}
      {check.error && <ProblemCard problem={asProblem(check.error)} onRetry={() => check.mutate()} />}
      {!data && (
        <Button disabled={check.isPending || !isOnline} onClick={() => check.mutate()}>
          {t(check.isPending ? 'verify.running' : 'verify.start')}
        </Button>
      )}
      <OfflineReason />
    </section>
  )
}

async function allPages(api: Api): Promise<Proof[]> {
  const pages: Proof[] = []
  let cursor: string | null = ''
  while (cursor !== null && pages.length < PAGES_MAX) {
    const page: Proof = await api.get<Proof>(`/me/proof${cursor === '' ? '' : `?cursor=${encodeURIComponent(cursor)}`}`)
    pages.push(page)
    cursor = page.nextCursor
  }
  return pages
}
