import { Toast } from 'radix-ui'
import { X } from 'lucide-react'
import { createContext, useCallback, useContext, useState } from 'react'
import type { ReactNode } from 'react'
import { Button, IconButton } from './button.tsx'
import styles from './toasts.module.css'

interface Message {
  text: string
  tone?: 'danger'
  /** What can be done about it, for as long as the message stands. */
  action?: { name: string; run: () => void }
}

type Show = (message: Message) => void

const Toasts = createContext<Show | null>(null)

/** Shows a message for a while, over everything. For what happened elsewhere; failures belong where they happen. */
export function useToasts(): Show {
  const show = useContext(Toasts)
  if (show === null) throw new Error('useToasts is for components inside ToastProvider.')
  return show
}

const shownForMs = 10_000

export function ToastProvider({ children }: { children: ReactNode }) {
  const [messages, setMessages] = useState<(Message & { id: string })[]>([])
  const show = useCallback((message: Message) => {
    setMessages((shown) => [...shown, { ...message, id: crypto.randomUUID() }])
  }, [])
  const remove = (id: string) => setMessages((shown) => shown.filter((message) => message.id !== id))

  return (
    <Toasts value={show}>
      <Toast.Provider duration={shownForMs} swipeDirection="down">
        {children}
        {messages.map(({ id, text, tone, action }) => (
          <Toast.Root
            key={id}
            className={styles.toast}
            data-tone={tone}
            type={tone === 'danger' ? 'foreground' : 'background'}
            onOpenChange={(open) => !open && remove(id)}
          >
            <Toast.Description className={styles.text}>{text}</Toast.Description>
            {action !== undefined && (
              <Toast.Action altText={`${action.name}: ${text}`} asChild>
                <Button onClick={action.run}>{action.name}</Button>
              </Toast.Action>
            )}
            <Toast.Close asChild>
              <IconButton label="Dismiss">
                <X size={16} aria-hidden />
              </IconButton>
            </Toast.Close>
          </Toast.Root>
        ))}
        <Toast.Viewport className={styles.viewport} data-over-dialogs />
      </Toast.Provider>
    </Toasts>
  )
}
