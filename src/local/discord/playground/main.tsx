import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'
import './styles/theme.css'
import './styles/layout.css'
import './styles/navigation.css'
import './styles/messages.css'
import './styles/markdown.css'
import './styles/embeds.css'
import './styles/components.css'
import './styles/composer.css'
import './styles/modal.css'

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      // Events keep what was fetched true, so nothing grows stale by itself.
      staleTime: Infinity,
      refetchOnWindowFocus: false,
      retry: 1,
    },
  },
})

const root = document.getElementById('root')
if (!root) throw new Error('index.html has no element #root')
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <App />
    </QueryClientProvider>
  </StrictMode>,
)
