/** The title of a screen besides the desk; it takes the focus when the screen opens, so that a reader hears where they are. */
import { useEffect, useRef } from 'react'

export function Heading({ children }: { children: string }) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => heading.current?.focus(), [])
  return (
    <h1 ref={heading} tabIndex={-1} className="screen-title">
      {children}
    </h1>
  )
}
