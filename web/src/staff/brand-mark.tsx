/** The seal as the sign of the program, small and never pressed. */
export function BrandMark() {
  return (
    <svg className="brand-mark" viewBox="0 0 32 32" aria-hidden="true">
      <rect x="2" y="2" width="28" height="28" rx="7" />
      <path d="M9 16.5l5 5 9.5-11" />
    </svg>
  )
}
