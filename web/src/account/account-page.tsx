import { CopyButton } from '../ui/copy-button.tsx'
import { Failure } from '../ui/failure.tsx'
import { Loading } from '../ui/loading.tsx'
import { Notice } from '../ui/notice.tsx'
import { Section } from '../ui/section.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { usePageConfig } from '../page-config.tsx'
import { useMe } from './account-queries.ts'
import { DiscordConnection } from './discord-connection.tsx'
import styles from './account-page.module.css'

/** Where a Discord account is linked: `/link` in Discord leads here, with no secret in the address. */
export function AccountPage() {
  const { linking } = usePageConfig()
  const me = useMe()
  return (
    <div className={styles.page}>
      <title>Discord and account · Snag</title>
      <h1 className={styles.heading}>Discord and account</h1>
      <Section
        title="Discord"
        about="Linked, you are the same person in both places: what you filed in Discord as a guest becomes yours here."
      >
        {!linking ? (
          <Notice tone="info" title="Linking is off here">
            <p>
              It needs Clerk and Discord to be both the real ones or both local ones; this Snag mixes them.
              Whoever runs it can change that.
            </p>
          </Notice>
        ) : me.isPending ? (
          <Loading what="your account">
            <Skeleton width="55%" height={20} />
            <Skeleton width={150} height={32} />
          </Loading>
        ) : me.data === undefined ? (
          <Failure
            title="Your account could not be loaded"
            error={me.error}
            onRetry={() => void me.refetch()}
          />
        ) : (
          <DiscordConnection me={me.data} />
        )}
      </Section>
      {me.data !== undefined && (
        <Section title="Your Snag id" about="An admin of a workspace needs it to give you a role there.">
          <p className={styles.id}>
            <code>{me.data.id}</code>
            <CopyButton label="Copy your Snag id" text={me.data.id} />
          </p>
        </Section>
      )}
    </div>
  )
}
