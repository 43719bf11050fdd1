/** The heading of a screen. */
import { useEffect, useRef } from 'react'

/** The heading that every screen has: it names the tab of the browser and takes focus when the screen opens. */
export function Heading({ title, isQuiet = false }: { title: string; isQuiet?: boolean }) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    document.title = title
    // Not on the first paint: there the reader is where the browser put them.
    if (hasMoved) heading.current?.focus({ preventScroll: true })
    if (hasMoved) window.scrollTo(0, 0)
    hasMoved = true
  }, [title])
  return (
    <h1 ref={heading} tabIndex={-1} className={isQuiet ? 'only-heard' : 'screen-title'}>
      {title}
    </h1>
  )
}

let hasMoved = false
