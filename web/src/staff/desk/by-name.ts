/** Who did something, in words: oneself, a till, or a colleague; ids of a sign-in mean nothing to a reader. */
import { useText } from '../catalogues.ts'
import type { Person } from '../claims.ts'
import { usePlace } from '../place.tsx'

/** Names have capitals, spaces or other scripts; what is told instead where no name is known is an id. */
const AN_ID = /^[a-z0-9._:-]*$/

export function useByName(): (by: string, name?: string) => string {
  const t = useText()
  const { person } = usePlace()
  return (by, name) => {
    if (by === person.sub) return person.name.split(' ')[0] || t('by.you')
    if (name !== undefined && name !== '') return name
    if (!AN_ID.test(by)) return by
    return t(/^pos\b|^pos-/.test(by) ? 'by.till' : 'by.colleague')
  }
}

/** Whether an award is probably one's own: first names are what is told. Who may change it is decided with the receipt. */
export function isLikelyOwn(by: string, { sub, name }: Person): boolean {
  return by === sub || (name !== '' && by === name.split(' ')[0])
}
