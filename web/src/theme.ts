/** Light, dark or as the device: a choice that is set before anything is painted. */

export const THEMES = ['system', 'light', 'dark'] as const
export type Theme = (typeof THEMES)[number]

const CHOICE = 'theme'

export function currentTheme(): Theme {
  return THEMES.find((theme) => theme === localStorage.getItem(CHOICE)) ?? 'system'
}

export function chooseTheme(theme: Theme): void {
  if (theme === 'system') localStorage.removeItem(CHOICE)
  else localStorage.setItem(CHOICE, theme)
  applyTheme()
}

/** Also follows the device when it changes its mind. */
export function startTheme(): void {
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', applyTheme)
  applyTheme()
}

function applyTheme(): void {
  const chosen = currentTheme()
  const isDark = chosen === 'system' ? matchMedia('(prefers-color-scheme: dark)').matches : chosen === 'dark'
  document.documentElement.dataset.theme = isDark ? 'dark' : 'light'
}
