import { SignIn } from '@clerk/react'
import { useLocation, useSearch } from 'wouter'
import { usePageConfig } from '../page-config.tsx'
import { Logo } from '../shell/logo.tsx'
import { LocalAccounts } from './local-accounts.tsx'
import styles from './sign-in-page.module.css'

/** What somebody sees who is not signed in, at whatever address; signing in leads to that address. */
export function SignInPage() {
  const config = usePageConfig()
  const [path] = useLocation()
  const search = useSearch()
  const here = search === '' ? path : `${path}?${search}`
  return (
    <main className={styles.page}>
      <title>Sign in · Snag</title>
      <div className={styles.column}>
        <header className={styles.header}>
          <Logo size={48} />
          <h1 className={styles.name}>Snag</h1>
          <p className={styles.about}>
            The issue tracker that lives in your Discord: report, find and settle issues without leaving the
            chat.
          </p>
        </header>
        <SignIn
          routing="hash"
          // The local Clerk's accounts are given; a real one lets people make their own.
          withSignUp={!config.local}
          fallbackRedirectUrl={here}
          signUpFallbackRedirectUrl={here}
        />
        {config.local && config.localAccounts.length > 0 && <LocalAccounts accounts={config.localAccounts} />}
      </div>
    </main>
  )
}
