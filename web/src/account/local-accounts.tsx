import type { PageConfig } from '../page-config.tsx'
import { CopyButton } from '../ui/copy-button.tsx'
import styles from './local-accounts.module.css'

/** Who can sign in while a stand-in takes Clerk's place. The passwords are no secret: it listens on this machine only. */
export function LocalAccounts({ accounts }: { accounts: PageConfig['localAccounts'] }) {
  return (
    <section className={styles.box} aria-labelledby="local-accounts">
      <h2 id="local-accounts" className={styles.title}>
        Local accounts
      </h2>
      <p className={styles.about}>
        This Snag runs with a local stand-in for Clerk, for trying it out on this machine. These accounts
        exist:
      </p>
      <ul className={styles.accounts}>
        {accounts.map(({ email, password, about }) => (
          <li key={email} className={styles.account}>
            <p className={styles.role}>{about}</p>
            <p className={styles.line}>
              <code>{email}</code>
              <CopyButton label={`Copy ${email}`} text={email} />
            </p>
            <p className={styles.line}>
              <code>{password}</code>
              <CopyButton label={`Copy the password of ${email}`} text={password} />
            </p>
          </li>
        ))}
      </ul>
    </section>
  )
}
