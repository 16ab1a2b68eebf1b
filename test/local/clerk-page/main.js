import { ClerkProvider, Show, SignIn, useClerk, UserButton, useUser } from '@clerk/react'
import { createElement as h, Fragment } from 'react'
import { createRoot } from 'react-dom/client'

// The smallest application with Clerk's components; it is told its publishable key by the page around it.
const { publishableKey } = document.documentElement.dataset

function App() {
  return h(
    ClerkProvider,
    { publishableKey, proxyUrl: '/__clerk', telemetry: false, afterSignOutUrl: '/' },
    h(Show, { when: 'signed-out' }, h(SignIn, { routing: 'hash' })),
    h(Show, { when: 'signed-in' }, h(Home)),
  )
}

function Home() {
  const { user } = useUser()
  const { openUserProfile } = useClerk()
  return h(
    Fragment,
    null,
    h(UserButton),
    h('p', { id: 'who' }, `Signed in as ${user?.firstName}`),
    h('button', { id: 'profile', onClick: () => openUserProfile() }, 'Profile'),
  )
}

createRoot(document.querySelector('#app')).render(h(App))
