import { useCallback, useState } from 'react'

/** Nobody dismisses more than this and comes back for the first; older ones are forgotten. */
const KEPT = 200

/**
 * Which ephemeral messages an account has dismissed. Discord's app forgets ephemeral messages on its own side, and
 * so does this page: the server is not told.
 */
export function useDismissed(accountId: string): {
  dismissed: ReadonlySet<string>
  dismiss: (id: string) => void
} {
  const key = `playground.dismissed.${accountId}`
  const [dismissed, setDismissed] = useState<ReadonlySet<string>>(() => read(key))
  const dismiss = useCallback(
    (id: string) => {
      const next = [...read(key), id].slice(-KEPT)
      window.sessionStorage.setItem(key, next.join(' '))
      setDismissed(new Set(next))
    },
    [key],
  )
  return { dismissed, dismiss }
}

function read(key: string): Set<string> {
  return new Set(window.sessionStorage.getItem(key)?.split(' '))
}
