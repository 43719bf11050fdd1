/** Everything that is spent for one member, one thing at a time: what is open, what is set aside, and what is told at its end. */
import { useState } from 'react'
import type { Captured, Reserved } from '../wire.ts'
import type { BannerText } from './banner.tsx'
import { type Intent, useOpenIntent, type Wish } from './intents.ts'
import { type Intending, useIntent } from './use-intent.ts'

export type Spend = {
  readonly intending: Intending
  readonly run: (wish: Wish) => Promise<void>
}

type Ends = {
  readonly onDone: (text: BannerText) => void
  readonly onTold: (text: BannerText) => void
}

type Redeemed = Pick<Captured, 'balances'> & {
  readonly voucher?: { readonly code: string } | null
  readonly reservation?: { readonly id: string } | null
}

export function useSpending(memberId: string, { onDone, onTold }: Ends) {
  const intending = useIntent()
  const subject = `member.${memberId}`
  const open = useOpenIntent(subject)
  const [reserved, setReserved] = useState<Reserved>()
  const end = (intent: Intent, answer: Reserved & Redeemed) => {
    const text = textOf(intent, answer)
    if (intent.kind === 'giveUp') setReserved(undefined)
    else if (intent.kind !== 'reserve') onDone(text)
    else {
      setReserved(answer)
      onTold(text)
    }
  }
  async function run(wish: Wish): Promise<void> {
    // What was set aside is still there where it is refused, also after the page was left meanwhile.
    if (wish.reserved) setReserved(wish.reserved)
    const heard = await intending.run<Reserved & Redeemed>(subject, wish)
    if (heard) end(heard.intent, heard.answer)
  }
  return { open, reserved, spend: { intending, run } }
}

function textOf({ kind, points = 0 }: Intent, answer: Reserved & Redeemed): BannerText {
  const { available } = answer.balances ?? { available: 0 }
  switch (kind) {
    case 'handOver':
      return { kind: 'handedOver' }
    case 'release':
      return { kind: 'released', points: answer.points, available }
    case 'reserve':
      return { kind: 'reserved', points: answer.points, available }
    case 'capture':
      return { kind: 'redeemed', points: answer.points, available }
    default: {
      const { voucher, reservation } = answer
      if (voucher) return { kind: 'redeemed', points, available, voucher: voucher.code }
      return { kind: reservation ? 'reserved' : 'redeemed', points, available }
    }
  }
}
