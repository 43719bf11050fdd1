/** One deed of the desk that moves value: carried out once, whatever becomes of its answer and of who waits for it. */
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import type { Api } from '../../api.ts'
import { useApi } from '../../page.tsx'
import { asProblem, Problem } from '../../problem.ts'
import { usePlace } from '../place.tsx'
import { beginIntent, endIntent, type Intent, isFinal, isSameWish, placeOf, type Wish } from './intents.ts'

export type Failed = {
  readonly problem: Problem
  readonly intent: Intent
  /** Whether it is known that nothing was done. */
  readonly isKnown: boolean
}

export type Heard<T> = { readonly intent: Intent; readonly answer: T }

export type Intending = {
  readonly isRunning: boolean
  readonly failed: Failed | undefined
  /**
   * @param subject one thing at a time is open for each.
   * @returns nothing where it failed, where another is open for the subject, and where nobody looks any more: that one
   * stays open, to be told when somebody does.
   */
  readonly run: <T>(subject: string, wish: Wish) => Promise<Heard<T> | undefined>
}

export function useIntent(): Intending {
  const api = useApi()
  const queries = useQueryClient()
  const { person } = usePlace()
  const [failed, setFailed] = useState<Failed>()
  const [isRunning, setRunning] = useState(false)
  const isShown = useIsShown()
  async function run<T>(subject: string, wish: Wish): Promise<Heard<T> | undefined> {
    if (isRunning) return undefined
    setRunning(true)
    setFailed(undefined)
    const place = placeOf(person.sub, subject)
    const { intent, isFirst } = await beginIntent(place, wish)
    const show = (open: Intent | null) => queries.setQueryData(['intent', place], open)
    const end = () => endIntent(place).then(() => show(null))
    try {
      if (!isSameWish(intent, wish)) {
        show(intent)
        return undefined
      }
      const answer = await send<T>(api, intent)
      if (!isShown.current) {
        show(intent)
        return undefined
      }
      await end()
      return { intent, answer }
    } catch (error) {
      const problem = asProblem(error)
      const isKnown = isFinal(problem, isFirst)
      if (isKnown) await end()
      else show(intent)
      setFailed({ problem: unheard(problem), intent, isKnown })
      return undefined
    } finally {
      setRunning(false)
      queries.invalidateQueries({ queryKey: ['account'] })
      queries.invalidateQueries({ queryKey: ['shift'] })
    }
  }
  return { isRunning, failed, run }
}

function useIsShown() {
  const isShown = useRef(true)
  useEffect(() => {
    isShown.current = true
    return () => {
      isShown.current = false
    }
  }, [])
  return isShown
}

async function send<T>(api: Api, { key, steps }: Intent): Promise<T> {
  let answer: unknown
  for (const [index, { path, body }] of steps.entries()) {
    answer = await api.post(path, body, index === 0 ? key : `${key}-${index}`)
  }
  return asAnswer<T>(answer)
}

/** Safe as far as the server keeps its contract: who asks names the answer to the last step. */
function asAnswer<T>(answer: unknown): T {
  return answer as T
}

/** A network that went while it was asked may have carried the question: nobody says that nothing was sent. */
function unheard(problem: Problem): Problem {
  return problem.facts.status === 0 ? new Problem({ code: 'no_answer', status: 0 }) : problem
}
