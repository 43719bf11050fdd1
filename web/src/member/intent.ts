/**
 * One wish to change something, from its first press until its answer was shown: it keeps its key and its content over a
 * lost answer, a reload and other tabs, so that it is carried out once.
 */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { newKey } from '../api.ts'
import { useSession } from '../page.tsx'
import { asProblem, Problem } from '../problem.ts'
import { kept } from './data.ts'

type Intent = { readonly key: string; readonly body: unknown }

/** For a browser that keeps nothing: at least this page remembers. */
const held = new Map<string, Intent>()

/** @param name what is wished for: `redeem.<reward>`. While it is open, `press` sends what it was opened with. */
export function useIntent<A>(name: string, send: (body: unknown, key: string) => Promise<A>) {
  const { now } = useSession()
  const queries = useQueryClient()
  const place = `intent.${now.subject}.${name}`
  const queryKey = ['intent', place]
  const open = useQuery({
    queryKey,
    queryFn: async () => asIntent(await kept.get(place)) ?? held.get(place) ?? null,
    networkMode: 'always',
  })
  const end = async () => {
    held.delete(place)
    await kept.remove(place)
    await queries.invalidateQueries({ queryKey })
  }
  const sending = useMutation({
    mutationFn: async (body: unknown) => {
      const fresh = held.get(place) ?? { key: newKey(), body }
      const intent = asIntent(await kept.first(place, fresh)) ?? fresh
      held.set(place, intent)
      try {
        return await send(intent.body, intent.key)
      } catch (error) {
        if (isFinal(asProblem(error))) await end()
        throw error
      }
    },
    onSettled: () => queries.invalidateQueries(),
  })
  return {
    isOpen: !sending.isPending && Boolean(open.data),
    isPending: sending.isPending,
    problem: sending.error ? unheard(asProblem(sending.error)) : undefined,
    answer: sending.data,
    reset: sending.reset,
    /** It ends when its answer is shown: one that comes after the reader has left is asked for again. */
    press: (body: unknown, show?: (answer: A) => void) =>
      sending.mutate(body, {
        onSuccess: (answer) => {
          void end()
          show?.(answer)
        },
      }),
  }
}

/** What says nothing of an earlier try with the same key leaves it open. */
function isFinal({ isUnknown, facts }: Problem): boolean {
  return !isUnknown && facts.status !== 401 && facts.status !== 429
}

/** A network that went while it was asked may have carried the question: nobody says that nothing was sent. */
function unheard(problem: Problem): Problem {
  return problem.facts.status === 0 ? new Problem({ code: 'no_answer', status: 0 }) : problem
}

function asIntent(value: unknown): Intent | undefined {
  if (typeof value !== 'object' || value === null || !('key' in value) || !('body' in value)) return undefined
  return typeof value.key === 'string' ? { key: value.key, body: value.body } : undefined
}
