import { useReverification, useUser } from '@clerk/react'
import { isClerkAPIResponseError, isReverificationCancelledError } from '@clerk/react/errors'
import { useEffect, useRef, useState } from 'react'
import type { Me } from '#shared/identity/schema.ts'
import { Avatar } from '../ui/avatar.tsx'
import { Button } from '../ui/button.tsx'
import { Question } from '../ui/dialog.tsx'
import { Failure } from '../ui/failure.tsx'
import { Notice } from '../ui/notice.tsx'
import { useLinkDiscord, useUnlinkDiscord } from './account-queries.ts'
import { markConnecting, takeConnecting } from './connecting.ts'
import styles from './account-page.module.css'

type ClerkUser = NonNullable<ReturnType<typeof useUser>['user']>

/** Connects Discord through Clerk's own OAuth, then has Snag link what Clerk reports as verified. */
export function DiscordConnection({ me }: { me: Me }) {
  const { user } = useUser()
  if (user === null || user === undefined) return null
  return me.discordId === null ? <Unlinked user={user} /> : <Linked user={user} discordId={me.discordId} />
}

function Linked({ user, discordId }: { user: ClerkUser; discordId: string }) {
  const unlink = useUnlinkDiscord()
  const [asking, setAsking] = useState(false)
  const account = user.externalAccounts.find(({ providerUserId }) => providerUserId === discordId)
  return (
    <div className={styles.parts}>
      <Notice tone="success" title="Your Discord account is linked" />
      <div className={styles.account}>
        <Avatar name={account?.username ?? 'Discord'} imageUrl={account?.imageUrl ?? null} size={36} />
        <div className={styles.accountName}>
          <strong>{account === undefined ? 'Discord account' : nameOf(account)}</strong>
          <span>{discordId}</span>
        </div>
      </div>
      <Button onClick={() => setAsking(true)}>Unlink</Button>
      {asking && (
        <Question
          title="Unlink your Discord account?"
          confirm={unlink.isPending ? 'Unlinking…' : 'Unlink'}
          busy={unlink.isPending}
          onCancel={() => setAsking(false)}
          onConfirm={() => unlink.mutate()}
        >
          <p>
            What you wrote stays yours here. What you write in Discord afterwards is a guest’s, until you link
            again.
          </p>
          {unlink.isError && <Failure title="It was not unlinked" error={unlink.error} />}
        </Question>
      )}
    </div>
  )
}

function Unlinked({ user }: { user: ClerkUser }) {
  const link = useLinkDiscord()
  const connect = useConnectDiscord(user)
  const account = user.externalAccounts.find(isDiscord)
  const verified = account?.verification?.status === 'verified' ? account : undefined
  const refusedByDiscord = verified === undefined ? account?.verification?.error : undefined
  useLinkAfterReturn(user, () => link.mutate())

  return (
    <div className={styles.parts}>
      <p>Your Discord account is not linked.</p>
      {refusedByDiscord !== undefined && refusedByDiscord !== null && (
        <Notice tone="danger" title="Discord was not connected">
          <p>{refusedByDiscord.longMessage ?? refusedByDiscord.message}</p>
        </Notice>
      )}
      {connect.failure !== null && (
        <Notice tone="danger" title="Discord was not connected">
          <p>{connect.failure}</p>
        </Notice>
      )}
      {link.isError && <Failure title="Your Discord account was not linked" error={link.error} />}
      {verified === undefined ? (
        <>
          <p className={styles.none}>
            Discord asks you whether Clerk, which signs you in here, may see who you are.
          </p>
          <Button look="primary" busy={connect.isPending} onClick={() => void connect.start()}>
            {connect.isPending ? 'Going to Discord…' : 'Connect Discord'}
          </Button>
        </>
      ) : (
        <>
          <div className={styles.account}>
            <Avatar name={nameOf(verified)} imageUrl={verified.imageUrl} size={36} />
            <div className={styles.accountName}>
              <strong>{nameOf(verified)}</strong>
              <span>Connected to your account, not linked to Snag</span>
            </div>
          </div>
          <Button look="primary" busy={link.isPending} onClick={() => link.mutate()}>
            {link.isPending ? 'Linking…' : 'Link this account'}
          </Button>
        </>
      )}
    </div>
  )
}

/** Leaves for Discord's consent page by way of Clerk. Clerk may first want to see once more that it is you. */
function useConnectDiscord(user: ClerkUser) {
  const [isPending, setPending] = useState(false)
  const [failure, setFailure] = useState<string | null>(null)
  const create = useReverification(() =>
    user.createExternalAccount({ strategy: 'oauth_discord', redirectUrl: `${location.origin}/link/discord` }),
  )
  const start = async () => {
    setPending(true)
    setFailure(null)
    try {
      const account = await create()
      const url = account.verification?.externalVerificationRedirectURL
      if (url === null || url === undefined) throw new Error('Clerk gave no address to go to.')
      markConnecting(user.id)
      location.assign(url)
    } catch (error) {
      setPending(false)
      setFailure(whyNot(error))
    }
  }
  return { isPending, failure, start }
}

/** Coming back from Discord, linking is what the person asked for; a mere visit to this page links nothing. */
function useLinkAfterReturn(user: ClerkUser, link: () => void): void {
  const latest = useRef(link)
  useEffect(() => {
    latest.current = link
  })
  useEffect(() => {
    if (!takeConnecting(user.id)) return
    const isConnected = user.externalAccounts.some(
      (account) => isDiscord(account) && account.verification?.status === 'verified',
    )
    if (isConnected) latest.current()
  }, [user])
}

type ExternalAccount = ClerkUser['externalAccounts'][number]

/** Clerk writes either; its types know only one. */
function isDiscord({ provider }: ExternalAccount): boolean {
  const name: string = provider
  return name === 'discord' || name === 'oauth_discord'
}

function nameOf(account: ExternalAccount): string {
  return account.username ?? account.accountIdentifier()
}

function whyNot(error: unknown): string {
  if (isReverificationCancelledError(error)) {
    return 'Clerk wanted to make sure that it is you, and was not told. Start again when you are ready.'
  }
  if (isClerkAPIResponseError(error)) {
    return error.errors[0]?.longMessage ?? error.errors[0]?.message ?? 'Clerk refused, without saying why.'
  }
  return 'Clerk could not be asked. Check your connection, then try again.'
}
