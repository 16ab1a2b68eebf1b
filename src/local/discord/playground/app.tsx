import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { ClientAccount } from '#local/discord/client-api.ts'
import { clientFor, listAccounts } from './api.ts'
import { Chat } from './chat.tsx'
import { Icon } from './icons.tsx'
import { InteractionsProvider } from './interactions.tsx'
import { named, usePlace } from './place.ts'
import { useTheme } from './theme.ts'
import type { Theme } from './theme.ts'

export function App() {
  const { theme, toggle } = useTheme()
  const place = usePlace()
  const accounts = useQuery({ queryKey: ['accounts'], queryFn: listAccounts })
  const account = named(accounts.data?.map((each) => ({ ...each, name: each.username })) ?? [], place.as)

  return (
    <>
      <div className="banner" role="note">
        <span>This is a local stand-in for Discord. Everything here stays on this machine.</span>
        <a href="/">
          Open the dashboard <Icon name="external" size={12} />
        </a>
      </div>
      {accounts.isPending ? (
        <p className="page-note" role="status">
          Opening the chat…
        </p>
      ) : null}
      {accounts.isError ? (
        <div className="page-note" role="alert">
          <h1>The chat is not there</h1>
          <p>{accounts.error.message}</p>
          <button type="button" className="button button--primary" onClick={() => void accounts.refetch()}>
            Try again
          </button>
        </div>
      ) : null}
      {accounts.isSuccess && !account ? (
        <p className="page-note">The local Discord has no accounts.</p>
      ) : null}
      {account && accounts.data ? (
        <SignedIn
          key={account.id}
          accountId={account.id}
          accounts={accounts.data}
          theme={theme}
          onToggleTheme={toggle}
        />
      ) : null}
    </>
  )
}

interface SignedInProps {
  accountId: string
  accounts: ClientAccount[]
  theme: Theme
  onToggleTheme: () => void
}

/** Everything below belongs to one account, and nothing of it outlives a switch to another. */
function SignedIn({ accountId, accounts, theme, onToggleTheme }: SignedInProps) {
  const account = accounts.find(({ id }) => id === accountId)
  const client = useMemo(() => account && clientFor(account), [account])
  if (!account || !client) return null
  return (
    <InteractionsProvider client={client} account={account}>
      <Chat accounts={accounts} theme={theme} onToggleTheme={onToggleTheme} />
    </InteractionsProvider>
  )
}
