import { ClerkFailed, ClerkLoading, ClerkProvider, useAuth } from '@clerk/react'
import { lazy, Suspense, useEffect, useState } from 'react'
import { Redirect, Route, Switch, useLocation } from 'wouter'
import { SignInPage } from './account/sign-in-page.tsx'
import { clerkAppearance } from './account/clerk-appearance.ts'
import { ApiProvider } from './api/api-provider.tsx'
import { fetchPageConfig, PageConfigProvider } from './page-config.tsx'
import type { PageConfig } from './page-config.tsx'
import { ErrorBoundary } from './shell/error-boundary.tsx'
import { NotFoundPage } from './shell/not-found-page.tsx'
import { PageFailure, PageLoading } from './shell/page-states.tsx'
import { Shell } from './shell/shell.tsx'
import { Skeleton } from './ui/skeleton.tsx'
import { ToastProvider } from './ui/toasts.tsx'
import { lastWorkspace } from './workspaces/last-workspace.ts'
import { WorkspacePage } from './workspaces/workspace-page.tsx'

const AccountPage = lazy(async () => ({ default: (await import('./account/account-page.tsx')).AccountPage }))

/** Asks the server which Clerk it trusts, then lets Clerk find out who is here. */
export function App() {
  const [config, setConfig] = useState<PageConfig | null>(null)
  const [failure, setFailure] = useState<unknown>(null)
  useEffect(() => {
    fetchPageConfig().then(setConfig, setFailure)
  }, [])

  if (failure !== null) {
    return <PageFailure title="Snag could not start" error={failure} onRetry={() => location.reload()} />
  }
  if (config === null) return <PageLoading />
  return (
    <PageConfigProvider value={config}>
      <WithClerk config={config} />
    </PageConfigProvider>
  )
}

function WithClerk({ config }: { config: PageConfig }) {
  const [, navigate] = useLocation()
  const goTo = (to: string, options: { replace: boolean }) => {
    const { pathname, search, hash } = new URL(to, location.origin)
    // Clerk keeps its own steps in the hash, and hears of a new one only by the event that this makes.
    if (pathname + search === location.pathname + location.search) location.hash = hash
    // Clerk also names our own pages by their whole address.
    else navigate(pathname + search + hash, options)
  }
  return (
    <ClerkProvider
      publishableKey={config.clerkPublishableKey}
      {...(config.clerkProxyUrl === null ? {} : { proxyUrl: config.clerkProxyUrl })}
      telemetry={false}
      appearance={clerkAppearance}
      routerPush={(to) => goTo(to, { replace: false })}
      routerReplace={(to) => goTo(to, { replace: true })}
    >
      <ClerkLoading>
        <PageLoading />
      </ClerkLoading>
      <ClerkFailed>
        <PageFailure
          title="Signing in is not possible at the moment"
          message="Clerk, which signs people in here, could not be loaded. Check your connection and any blocker, then reload."
          onRetry={() => location.reload()}
        />
      </ClerkFailed>
      <Gate />
    </ClerkProvider>
  )
}

function Gate() {
  const { isLoaded, isSignedIn, userId, getToken } = useAuth()
  if (!isLoaded) return null
  if (!isSignedIn) return <SignInPage />
  return (
    <ApiProvider key={userId} getToken={getToken}>
      <ToastProvider>
        <Shell>
          <Pages />
        </Shell>
      </ToastProvider>
    </ApiProvider>
  )
}

function Pages() {
  const [location] = useLocation()
  return (
    <ErrorBoundary page={location}>
      <Switch>
        <Route path="/">
          <Redirect to={`/w/${lastWorkspace()}`} replace />
        </Route>
        <Route path="/w/:slug/*?">
          {({ slug, '*': rest }) => <WorkspacePage slug={slug} rest={rest ?? ''} />}
        </Route>
        <Route path="/link/discord">
          <Suspense fallback={<Skeleton width="40%" height={24} />}>
            <AccountPage />
          </Suspense>
        </Route>
        <Route>
          <NotFoundPage />
        </Route>
      </Switch>
    </ErrorBoundary>
  )
}
