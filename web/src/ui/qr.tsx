/** A QR code as one path, black on white in both themes, with the four modules of margin that readers need. */
import { useMemo } from 'react'
import { encode } from 'uqr'

const MARGIN = 4

export function Qr({ text, label }: { text: string; label: string }) {
  const { path, size } = useMemo(() => pathOf(text), [text])
  return (
    <svg className="qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label}>
      <path d={path} />
    </svg>
  )
}

export function pathOf(text: string): { readonly path: string; readonly size: number } {
  const { data } = encode(text, { ecc: 'M', border: MARGIN })
  const path = data.flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? [`M${x} ${y}h1v1h-1z`] : []))).join('')
  return { path, size: data.length }
}
