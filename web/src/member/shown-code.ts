/** What stands in the QR code that a member shows: the rotating code while there is a network, else the printed card's number. */
import { useEffect, useState } from 'react'
import { serverNow } from '../api.ts'
import { useIsOnline } from '../page.tsx'
import { useCode } from './data.ts'

const CODE_LIFE_SECONDS = 60

export function useShownCode(cardNumber: string) {
  const isOnline = useIsOnline()
  const code = useCode()
  const seconds = useSecondsLeft(code.data?.expiresAt)
  const rotating = isOnline && code.data !== undefined && seconds > 0 ? code.data.code : undefined
  return {
    text: rotating === undefined ? cardNumber : `${location.origin}/c/${rotating}`,
    isRotating: rotating !== undefined,
    isComing: isOnline && code.isPending,
    /** Of its life. */
    partLeft: seconds / CODE_LIFE_SECONDS,
  }
}

/** In fours, as on the printed card. */
export function inFours(digits: string): string {
  return digits.replace(/(.{4})(?=.)/g, '$1 ')
}

/** By the server's clock: a phone's own may be wrong by hours. */
export function useSecondsLeft(until: string | null | undefined): number {
  const [, tick] = useState(0)
  useEffect(() => {
    const timer = setInterval(() => tick((count) => count + 1), 1_000)
    return () => clearInterval(timer)
  }, [])
  return until ? Math.max(0, (Date.parse(until) - serverNow()) / 1_000) : 0
}
