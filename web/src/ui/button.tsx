/** A button, and a link that looks like one. A disabled one says beside it why: give the reason as text, not as a title. */
import type { ComponentProps } from 'react'
import { Icon, type IconName } from './icons.tsx'

type Look = {
  readonly look?: 'seal' | 'ink' | 'quiet'
  readonly icon?: IconName
  readonly isWide?: boolean
  readonly isLarge?: boolean
}

/** `seal` only where value changes hands or a decision is made. */
export function Button({ look, icon, isWide, isLarge, children, className, ...rest }: ComponentProps<'button'> & Look) {
  return (
    <button type="button" className={buttonClass({ look, isWide, isLarge }, className)} {...rest}>
      {icon && <Icon name={icon} />}
      {children}
    </button>
  )
}

export function buttonClass({ look, isWide, isLarge }: Omit<Look, 'icon'> = {}, more = ''): string {
  return ['button', look && `button-${look}`, isWide && 'button-wide', isLarge && 'button-large', more]
    .filter(Boolean)
    .join(' ')
}
