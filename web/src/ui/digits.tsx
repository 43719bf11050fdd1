/** A number that rolls from the old value to the new one when it changes, and never when it first appears. */
import { useEffect, useRef, useState } from 'react'

const ROLL_MS = 400

type Props = { readonly value: number; readonly format: (value: number) => string; readonly className?: string }

export function Digits({ value, format, className = '' }: Props) {
  const shown = useRolling(value)
  return <span className={`digits ${className}`}>{format(shown)}</span>
}

function useRolling(value: number): number {
  const [shown, setShown] = useState(value)
  const from = useRef(value)
  useEffect(() => {
    const start = from.current
    from.current = value
    if (start === value || matchMedia('(prefers-reduced-motion: reduce)').matches) {
      setShown(value)
      return
    }
    const began = performance.now()
    let frame = requestAnimationFrame(function step(now) {
      const part = Math.min(1, (now - began) / ROLL_MS)
      setShown(rolled(start, value, part))
      if (part < 1) frame = requestAnimationFrame(step)
    })
    return () => cancelAnimationFrame(frame)
  }, [value])
  return shown
}

/** A whole number on the way from one to the other, fast at first. */
export function rolled(from: number, to: number, part: number): number {
  return Math.round(from + (to - from) * (1 - (1 - part) ** 3))
}
