/** A change of one's own profile under the version that was read. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useApi } from '../page.tsx'
import { asProblem } from '../problem.ts'
import type { Profile } from '../wire.ts'

export type ProfileChange = {
  readonly name?: string
  readonly birthday?: { readonly month: number; readonly day: number } | null
  readonly consents?: Profile['consents']
}

/** `mutate(change, etag)` names another version than the one that was read first: keeping mine over theirs. */
export function useChange(etag: string) {
  const api = useApi()
  const queries = useQueryClient()
  const mutation = useMutation({
    mutationFn: ({ change, version }: { change: ProfileChange; version: string }) =>
      api.call<Profile>('/me', { method: 'PATCH', body: change, ifMatch: version }),
    // After silence too: what stands there may be what was sent.
    onSettled: (_, error) =>
      error === null || asProblem(error).isUnknown
        ? Promise.all(['profile', 'consents'].map((key) => queries.invalidateQueries({ queryKey: [key] })))
        : undefined,
  })
  return { ...mutation, mutate: (change: ProfileChange, version = etag) => mutation.mutate({ change, version }) }
}
