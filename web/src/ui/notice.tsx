import { CircleAlert, CircleCheck, Info, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import styles from './notice.module.css'

const pictures = { info: Info, success: CircleCheck, warning: TriangleAlert, danger: CircleAlert }

interface NoticeProps {
  tone: keyof typeof pictures
  title?: string
  children?: ReactNode
  actions?: ReactNode
}

/** Says something in the place it is about. What went wrong is announced at once, the rest when there is a pause. */
export function Notice({ tone, title, children, actions }: NoticeProps) {
  const Picture = pictures[tone]
  return (
    <div
      className={`${styles.notice} ${styles[tone]}`}
      role={tone === 'danger' || tone === 'warning' ? 'alert' : 'status'}
    >
      <Picture size={18} aria-hidden className={styles.picture} />
      <div className={styles.words}>
        {title !== undefined && <p className={styles.title}>{title}</p>}
        {children}
        {actions !== undefined && actions !== false && <div className={styles.actions}>{actions}</div>}
      </div>
    </div>
  )
}
