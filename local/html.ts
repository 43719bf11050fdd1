/** HTML of the local pages: whatever is put into it is text, unless it was made here, so nothing can be smuggled in. */

const made: unique symbol = Symbol('made here')
export type Html = { readonly [made]: string }
type Slot = Html | string | number | readonly Html[] | undefined

export function html(parts: TemplateStringsArray, ...slots: readonly Slot[]): Html {
  return { [made]: parts.map((part, index) => part + (index < slots.length ? render(slots[index]) : '')).join('') }
}

function render(slot: Slot): string {
  if (slot === undefined) return ''
  if (typeof slot === 'string' || typeof slot === 'number') return escaped(String(slot))
  return 'length' in slot ? slot.map((item) => item[made]).join('\n') : slot[made]
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? sign)
}

/** Where the one stylesheet of the local pages lies. */
export const STYLESHEET = '/oidc/page.css'
export const ICON = '/oidc/icon.svg'

/** A whole document without a script. */
export function page({ title, language, body }: { title: string; language: string; body: Html }): string {
  return html`<!DOCTYPE html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="stylesheet" href="${STYLESHEET}">
<link rel="icon" href="${ICON}" type="image/svg+xml">
</head>
<body>
${body}
</body>
</html>
`[made]
}

/** No script, no foreign thing, nothing inline. */
export const PAGE_HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy':
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'referrer-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
} as const
