/** A change of people, whose names and contacts are kept nowhere: its key lives as long as what is typed on the screen. */
import { useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { newKey } from '../../api.ts'
import { asProblem, type Problem } from '../../problem.ts'

export type Deed = {
  readonly isRunning: boolean
  readonly problem: Problem | undefined
  /** @param content what is meant, as text: the same again has the same key, another has another. */
  readonly run: <T>(content: string, work: (key: string) => Promise<T>) => Promise<T | undefined>
  readonly reset: () => void
}

export function useDeed(): Deed {
  const queries = useQueryClient()
  const intent = useRef<{ readonly content: string; readonly key: string }>(undefined)
  const [problem, setProblem] = useState<Problem>()
  const [isRunning, setRunning] = useState(false)
  const reset = () => {
    intent.current = undefined
    setProblem(undefined)
  }
  async function run<T>(content: string, work: (key: string) => Promise<T>): Promise<T | undefined> {
    if (isRunning) return undefined
    if (intent.current?.content !== content) intent.current = { content, key: newKey() }
    const { key } = intent.current
    setRunning(true)
    setProblem(undefined)
    try {
      const answer = await work(key)
      intent.current = undefined
      queries.invalidateQueries({ queryKey: ['account'] })
      queries.invalidateQueries({ queryKey: ['shift'] })
      return answer
    } catch (error) {
      const failed = asProblem(error)
      // A refusal is final under its key; only what is not known is asked for again with the same one.
      if (!failed.isUnknown) intent.current = undefined
      setProblem(failed)
      return undefined
    } finally {
      setRunning(false)
    }
  }
  return { isRunning, problem, run, reset }
}
