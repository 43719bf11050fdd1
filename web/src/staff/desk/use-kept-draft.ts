/** A half-typed award survives a reload and a sign-in: numbers only, no name and no contact. */
import { useEffect, useRef } from 'react'
import { kept } from '../person.ts'
import type { Running } from './use-desk.ts'

const KEY = 'draft'

type KeptDraft = { readonly receipt: string; readonly amount: string; readonly cardNumber?: string }

export function useKeptDraft({ desk, dispatch }: Running): void {
  const isRestored = useRef(false)
  const { receipt, amount } = desk.draft
  const cardNumber = desk.who?.cardNumber
  useEffect(() => {
    kept.get(KEY).then((value) => {
      isRestored.current = true
      const draft = asDraft(value)
      if (draft === undefined || (draft.receipt === '' && draft.amount === '')) return
      if (draft.cardNumber !== undefined)
        dispatch({ do: 'shown', asked: { kind: 'card', cardNumber: draft.cardNumber } })
      dispatch({ do: 'typed', field: 'amount', text: draft.amount })
      dispatch({ do: 'typed', field: 'receipt', text: draft.receipt })
    })
  }, [dispatch])
  useEffect(() => {
    if (!isRestored.current) return
    if (receipt === '' && amount === '') kept.remove(KEY)
    else kept.set(KEY, { receipt, amount, ...(cardNumber !== undefined && { cardNumber }) })
  }, [receipt, amount, cardNumber])
}

function asDraft(value: unknown): KeptDraft | undefined {
  if (typeof value !== 'object' || value === null || !('receipt' in value) || !('amount' in value)) return undefined
  const { receipt, amount } = value
  if (typeof receipt !== 'string' || typeof amount !== 'string') return undefined
  const cardNumber = 'cardNumber' in value && typeof value.cardNumber === 'string' ? value.cardNumber : undefined
  return { receipt, amount, ...(cardNumber !== undefined && { cardNumber }) }
}
