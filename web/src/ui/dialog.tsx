import { X } from 'lucide-react'
import { AlertDialog, Dialog as Radix } from 'radix-ui'
import { useEffect, useRef, useState } from 'react'
import type { ReactNode } from 'react'
import { Button, IconButton } from './button.tsx'
import styles from './dialog.module.css'

interface DialogProps {
  /** Names the dialog for screen readers; shown unless the content brings its own heading. */
  title: string
  titleHidden?: boolean
  wide?: boolean
  /** Closing would lose what was written: then it asks first. */
  unsaved?: boolean
  /** Stands beside the close button. */
  actions?: ReactNode
  onClose: () => void
  children: ReactNode
}

/** A dialog that is open while it is rendered. Focus goes back to where it was before. */
export function Dialog({
  title,
  titleHidden,
  wide,
  unsaved = false,
  actions,
  onClose,
  children,
}: DialogProps) {
  const [askingToDiscard, setAskingToDiscard] = useState(false)
  const returnFocus = useReturnFocus()
  useWarningBeforeUnload(unsaved)

  const close = () => (unsaved ? setAskingToDiscard(true) : onClose())
  return (
    <Radix.Root open onOpenChange={(open) => !open && close()}>
      <Radix.Portal>
        <Radix.Overlay className={styles.overlay}>
          <Radix.Content
            className={wide === true ? styles.wide : styles.content}
            aria-describedby={undefined}
            onOpenAutoFocus={focusFirstField}
            onCloseAutoFocus={returnFocus}
            onInteractOutside={(event) => isOutsideTheDialogs(event.target) && event.preventDefault()}
          >
            <header className={styles.header}>
              <Radix.Title className={titleHidden === true ? styles.reference : styles.title}>
                {title}
              </Radix.Title>
              <div className={styles.headerActions}>
                {actions}
                <Radix.Close asChild>
                  <IconButton label="Close">
                    <X size={18} aria-hidden />
                  </IconButton>
                </Radix.Close>
              </div>
            </header>
            {children}
          </Radix.Content>
        </Radix.Overlay>
      </Radix.Portal>
      {askingToDiscard && (
        <Question
          title="Discard what you wrote?"
          confirm="Discard"
          cancel="Keep writing"
          onConfirm={onClose}
          onCancel={() => setAskingToDiscard(false)}
        >
          It has not been saved.
        </Question>
      )}
    </Radix.Root>
  )
}

interface QuestionProps {
  title: string
  confirm: string
  cancel?: string
  busy?: boolean
  onConfirm: () => void
  onCancel: () => void
  children: ReactNode
}

/** Asks before something is lost. It stays until the caller takes it away, so a failure can be shown in it. */
export function Question({
  title,
  confirm,
  cancel = 'Cancel',
  busy = false,
  onConfirm,
  onCancel,
  children,
}: QuestionProps) {
  const returnFocus = useReturnFocus()
  return (
    <AlertDialog.Root open onOpenChange={(open) => !open && !busy && onCancel()}>
      <AlertDialog.Portal>
        <AlertDialog.Overlay className={styles.overlay}>
          <AlertDialog.Content className={styles.question} onCloseAutoFocus={returnFocus}>
            <AlertDialog.Title className={styles.title}>{title}</AlertDialog.Title>
            <AlertDialog.Description asChild>
              <div className={styles.questionText}>{children}</div>
            </AlertDialog.Description>
            <footer className={styles.footer}>
              <AlertDialog.Cancel asChild>
                <Button busy={busy}>{cancel}</Button>
              </AlertDialog.Cancel>
              <Button look="danger" busy={busy} onClick={onConfirm}>
                {confirm}
              </Button>
            </footer>
          </AlertDialog.Content>
        </AlertDialog.Overlay>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  )
}

/** The row of buttons at the end of a form. */
export function DialogFooter({ children }: { children: ReactNode }) {
  return <footer className={styles.footer}>{children}</footer>
}

/** Who opens a form came to write; who opens something to read should not have a button under the finger. */
function focusFirstField(event: Event): void {
  if (!(event.target instanceof HTMLElement)) return
  event.preventDefault()
  const field = event.target.querySelector<HTMLElement>('input, textarea')
  ;(field ?? event.target).focus()
}

/** Radix gives the focus back to a trigger; a dialog that an address opens has none. */
function useReturnFocus(): (event: Event) => void {
  const [before] = useState(() => document.activeElement)
  return (event) => {
    event.preventDefault()
    const target =
      before instanceof HTMLElement && before.isConnected ? before : document.getElementById('main')
    target?.focus({ preventScroll: true })
  }
}

/** Clerk's own windows and our messages lie over a dialog; using them is not leaving it. */
function isOutsideTheDialogs(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('[data-over-dialogs], .cl-modalBackdrop') !== null
}

function useWarningBeforeUnload(unsaved: boolean): void {
  const latest = useRef(unsaved)
  useEffect(() => {
    latest.current = unsaved
  })
  useEffect(() => {
    const warn = (event: BeforeUnloadEvent) => {
      if (latest.current) event.preventDefault()
    }
    window.addEventListener('beforeunload', warn)
    return () => window.removeEventListener('beforeunload', warn)
  }, [])
}
