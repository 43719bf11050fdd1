/**
 * Members as the desk finds them. What was found today stays known in this window, so that a customer who comes twice can
 * be served while the network is gone; nothing of it is written anywhere.
 */
import { useQuery } from '@tanstack/react-query'
import type { Api } from '../api.ts'
import { useApi } from '../page.tsx'
import type { Account } from '../wire.ts'
import type { Asked } from './desk/desk-state.ts'
import type { Found, Served } from './wire.ts'

const known = new Map<string, Served>()
const byQuestion = new Map<string, string>()

/** @throws Problem */
export async function lookUp(api: Api, asked: Asked): Promise<readonly Served[]> {
  const body = questionOf(asked)
  const question = JSON.stringify(asked.kind === 'code' ? { cardNumber: asked.cardNumber } : body)
  try {
    const { items } = (await api.call<Found>('/members/lookup', { method: 'POST', body })).body
    for (const item of items) remember(item)
    if (items[0]) byQuestion.set(question, items[0].id)
    return items
  } catch (error) {
    const before = known.get(byQuestion.get(question) ?? '')
    if (before && !navigator.onLine) return [before]
    throw error
  }
}

export function remember(member: Served): void {
  known.set(member.id, member)
}

/** What is known of a member in this window, for a list of awards. */
export function knownMember(memberId: string | undefined): Served | undefined {
  return memberId === undefined ? undefined : known.get(memberId)
}

function questionOf(asked: Asked): Record<string, string> {
  switch (asked.kind) {
    case 'card':
      return { cardNumber: asked.cardNumber }
    case 'code':
      return { code: asked.code }
    case 'phone':
      return { phone: asked.phone }
    case 'email':
      return { email: asked.email }
    case 'external':
      return { externalId: asked.externalId }
  }
}

export function useAccount(memberId: string | undefined) {
  const api = useApi()
  return useQuery({
    queryKey: ['account', memberId],
    queryFn: () => api.get<Account>(`/points/accounts/${memberId}`),
    enabled: memberId !== undefined,
    staleTime: 0,
  })
}

/** `陳大文` as `陳〇文`, `Ada Moreno` as `Ada M.`: enough to ask the customer, too little to take along. */
export function shortName(name: string | null | undefined): string {
  const plain = (name ?? '').trim()
  if (plain === '') return ''
  const letters = [...plain]
  if (/^\p{Script=Han}{2,4}$/u.test(plain)) {
    const last = letters.length > 2 ? letters.at(-1) : ''
    return `${letters[0]}〇${last}`
  }
  const [first = '', ...rest] = plain.split(/\s+/)
  const initial = rest.at(-1)?.[0]
  return initial === undefined ? first : `${first} ${initial}.`
}
