import type { ReactNode } from 'react'
import { Header } from './header.tsx'
import { OfflineNotice } from './offline-notice.tsx'
import styles from './shell.module.css'

/** What surrounds every page of somebody who is signed in. */
export function Shell({ children }: { children: ReactNode }) {
  return (
    <>
      <a className={styles.skip} href="#main">
        Skip to the content
      </a>
      <Header />
      <OfflineNotice />
      <main id="main" tabIndex={-1} className={styles.main}>
        {children}
      </main>
    </>
  )
}
