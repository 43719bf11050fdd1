/** A half-typed award survives a reload and a sign-in: numbers only, no name and no contact. */
import { useEffect, useRef } from 'react'
import { outboxStore } from '../../offline/outbox-store.ts'
import { DRAFT, kept } from '../person.ts'
import type { Running } from './use-desk.ts'

type KeptDraft = { readonly receipt: string; readonly amount: string; readonly cardNumber?: string }

/** What the desk shows when it opens next: an award that was refused, to be typed anew where it is wrong. */
export function keepDraft(draft: KeptDraft): Promise<unknown> {
  return kept.set(DRAFT, draft)
}

export function useKeptDraft({ desk, dispatch }: Running): void {
  const isRestored = useRef(false)
  const { receipt, amount } = desk.draft
  const cardNumber = desk.who?.cardNumber
  const isUntouched = useRef(true)
  isUntouched.current = receipt === '' && amount === '' && desk.draft.query === '' && desk.who === undefined
  useEffect(() => {
    unsavedDraft().then((draft) => {
      isRestored.current = true
      if (draft === undefined || (draft.receipt === '' && draft.amount === '')) return
      // Whoever was faster than the disk has begun another one.
      if (!isUntouched.current) return
      if (draft.cardNumber !== undefined)
        dispatch({ do: 'shown', asked: { kind: 'card', cardNumber: draft.cardNumber } })
      dispatch({ do: 'typed', field: 'amount', text: draft.amount })
      dispatch({ do: 'typed', field: 'receipt', text: draft.receipt })
    })
  }, [dispatch])
  useEffect(() => {
    if (!isRestored.current) return
    if (receipt === '' && amount === '') kept.remove(DRAFT)
    else keepDraft({ receipt, amount, ...(cardNumber !== undefined && { cardNumber }) })
  }, [receipt, amount, cardNumber])
}

/** A tab that ends while it sends leaves its draft behind, although the award is on this device already. */
async function unsavedDraft(): Promise<KeptDraft | undefined> {
  const draft = asDraft(await kept.get(DRAFT))
  if (draft === undefined || draft.receipt === '') return draft
  const rows = await outboxStore().all()
  return rows.some((row) => row.receiptNumber === draft.receipt && row.state !== 'refused') ? undefined : draft
}

function asDraft(value: unknown): KeptDraft | undefined {
  if (typeof value !== 'object' || value === null || !('receipt' in value) || !('amount' in value)) return undefined
  const { receipt, amount } = value
  if (typeof receipt !== 'string' || typeof amount !== 'string') return undefined
  const cardNumber = 'cardNumber' in value && typeof value.cardNumber === 'string' ? value.cardNumber : undefined
  return { receipt, amount, ...(cardNumber !== undefined && { cardNumber }) }
}
