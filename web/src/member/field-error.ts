/** The error of one field out of a refusal, in words. */
import { asProblem } from '../problem.ts'
import { useProblemText } from '../ui/problem-card.tsx'

/** @param pointer `/name`; an error deeper inside belongs to it too. */
export function useFieldError(error: Error | null) {
  const words = useProblemText()
  return (pointer: string): string | undefined => {
    if (error === null) return undefined
    const found = asProblem(error).facts.errors?.find(
      ({ pointer: at }) => at === pointer || at.startsWith(`${pointer}/`),
    )
    return found && words({ facts: { code: found.code } })
  }
}
