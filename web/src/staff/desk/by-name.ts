/** Who did something, in words: oneself, a till, or a colleague; ids of a sign-in mean nothing to a reader. */
import { useText } from '../catalogues.ts'
import { usePlace } from '../place.tsx'

export function useByName(): (by: string, name?: string) => string {
  const t = useText()
  const { person } = usePlace()
  return (by, name) => {
    if (by === person.sub) return person.name.split(' ')[0] || t('by.you')
    if (name !== undefined && name !== '') return name
    return t(/^pos\b|^pos-/.test(by) ? 'by.till' : 'by.colleague')
  }
}
