import type { ReactNode } from 'react'
import styles from './loading.module.css'

/** Stands where something will be: skeletons for the eye, a word for the ear. */
export function Loading({ what, children }: { what: string; children: ReactNode }) {
  return (
    <>
      <output className={styles.said}>Loading {what}…</output>
      <div className={styles.seen} aria-hidden>
        {children}
      </div>
    </>
  )
}
