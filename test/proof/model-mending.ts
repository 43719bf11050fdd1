/** What undoing, correcting and giving to another member do to books: the right award first, then the wrong one taken back. */
import type { DeedOf, Model } from './model.ts'
import { type Balances, type Book, balances, settle } from './model-book.ts'
import { type At, earn, giveBack, type Receipt, takeBack } from './model-receipts.ts'

function receiptOf({ state }: Model, key: string): Receipt {
  const receipt = state.receipts[key]
  if (receipt === undefined) throw new Error(`the model knows no receipt ${key}`)
  return receipt
}

export function undo(model: Model, deed: DeedOf<'undo'>, { book, facts }: At): Balances {
  const receipt = receiptOf(model, deed.receipt)
  const before = receipt.refunded
  takeBack(model, receipt, { book, facts, refunded: receipt.amount })
  receipt.undone = before
  receipt.changes += 1
  const told = balances(book)
  giveBack(model, deed.receipt, { book, facts })
  return told
}

export function correct(model: Model, deed: DeedOf<'correct'>, { book, facts }: At): Balances {
  const { state, rules } = model
  const before = receiptOf(model, deed.receipt)
  const after = earn(model, { ...before, amount: deed.amount, refunded: 0 }, { book, facts })
  state.receipts[deed.receipt] = { ...after, changes: before.changes + 1 }
  if (before.undone === undefined) takeBack(model, before, { book, facts, refunded: before.amount })
  const told = balances(book)
  settle(book, facts.now, { rules, holdings: state.holdings })
  return told
}

export function reassign(model: Model, deed: DeedOf<'reassign'>, { book, from, facts }: At & { from: Book }): Balances {
  const { state, rules } = model
  const before = receiptOf(model, deed.receipt)
  const after = earn(model, { ...before, refunded: 0 }, { book, facts })
  state.receipts[deed.receipt] = { ...after, changes: before.changes + 1 }
  const told = balances(book)
  settle(book, facts.now, { rules, holdings: state.holdings })
  if (before.undone === undefined) takeBack(model, before, { book: from, facts, refunded: before.amount })
  return told
}
