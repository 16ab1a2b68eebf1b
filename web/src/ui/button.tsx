import type { ComponentProps } from 'react'
import styles from './button.module.css'

type Look = 'primary' | 'secondary' | 'quiet' | 'danger'

interface ButtonProps extends ComponentProps<'button'> {
  look?: Look
  /** Something is under way: the button stays focusable, and does nothing. */
  busy?: boolean
  /** There is nothing it could do now; it stays focusable, too. */
  idle?: boolean
}

export function Button({
  look = 'secondary',
  busy = false,
  idle = false,
  className,
  onClick,
  ...rest
}: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      className={`${buttonClass(look)} ${className ?? ''}`}
      aria-disabled={busy || idle || undefined}
      aria-busy={busy || undefined}
      onClick={(event) => {
        if (busy || idle) event.preventDefault()
        else onClick?.(event)
      }}
    />
  )
}

/** For links that look like a button. */
export function buttonClass(look: Look): string {
  return `${styles.button} ${styles[look]}`
}

/** A square button with a picture only; `label` says what it does. */
export function IconButton({ label, className, ...rest }: ComponentProps<'button'> & { label: string }) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      {...rest}
      className={`${buttonClass('quiet')} ${styles.icon} ${className ?? ''}`}
    />
  )
}
