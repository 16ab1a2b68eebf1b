import { useSyncExternalStore } from 'react'
import { CloudOff } from 'lucide-react'
import styles from './offline-notice.module.css'

/** Says that nothing can be saved now. It goes by itself when the connection is back, and what is shown is read anew. */
export function OfflineNotice() {
  const online = useSyncExternalStore(subscribe, () => navigator.onLine)
  return (
    <output>
      {!online && (
        <span className={styles.notice}>
          <CloudOff size={16} aria-hidden />
          You are offline. What you see may be out of date, and nothing can be saved.
        </span>
      )}
    </output>
  )
}

function subscribe(notify: () => void): () => void {
  window.addEventListener('online', notify)
  window.addEventListener('offline', notify)
  return () => {
    window.removeEventListener('online', notify)
    window.removeEventListener('offline', notify)
  }
}
