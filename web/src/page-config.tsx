import { createContext, useContext } from 'react'
import { hc } from 'hono/client'
import type { InferResponseType } from 'hono/client'
import type { Api } from '#api/app.ts'
import { problemFrom, unreachable } from './api/problem.ts'

const getConfig = hc<Api>('/api/v1').config.$get

/** What the server says before anybody has signed in: which Clerk, what is a stand-in. */
export type PageConfig = InferResponseType<typeof getConfig, 200>

/** Throws a `Problem`. One build serves every instance, so this is asked at run time. */
export async function fetchPageConfig(): Promise<PageConfig> {
  const response = await getConfig().catch(() => {
    throw unreachable()
  })
  if (!response.ok) throw await problemFrom(response)
  return response.json()
}

const PageConfigContext = createContext<PageConfig | null>(null)
export const PageConfigProvider = PageConfigContext.Provider

export function usePageConfig(): PageConfig {
  const config = useContext(PageConfigContext)
  if (config === null) throw new Error('usePageConfig is for components inside PageConfigProvider.')
  return config
}
