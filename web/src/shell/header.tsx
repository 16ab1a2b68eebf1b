import { UserButton } from '@clerk/react'
import { MessagesSquare, Unplug } from 'lucide-react'
import { Link } from 'wouter'
import { usePageConfig } from '../page-config.tsx'
import { buttonClass } from '../ui/button.tsx'
import { WorkspaceSwitcher } from '../workspaces/workspace-switcher.tsx'
import { Logo } from './logo.tsx'
import styles from './header.module.css'

export function Header() {
  const { playgroundUrl } = usePageConfig()
  return (
    <header className={styles.header}>
      <div className={styles.inner}>
        <Link href="/" className={styles.logo} aria-label="Snag, to the start">
          <Logo />
        </Link>
        <WorkspaceSwitcher />
        <div className={styles.end}>
          {playgroundUrl !== null && (
            <a className={`${buttonClass('quiet')} ${styles.playground}`} href={playgroundUrl}>
              <MessagesSquare size={16} aria-hidden />
              <span>Playground</span>
            </a>
          )}
          <div className={styles.user}>
            <UserButton>
              <UserButton.MenuItems>
                <UserButton.Link
                  label="Discord and account"
                  href="/link/discord"
                  labelIcon={<Unplug size={14} aria-hidden />}
                />
              </UserButton.MenuItems>
            </UserButton>
          </div>
        </div>
      </div>
    </header>
  )
}
