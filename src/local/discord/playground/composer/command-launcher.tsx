import { createContext, use } from 'react'

/**
 * Puts a command into the composer as if it had been chosen from the palette; messages that mention a command and
 * the suggestions of an empty channel use it. Unknown commands are left alone, as Discord does.
 */
export const CommandLauncher = createContext<(name: string) => void>(() => {})

export function useCommandLauncher(): (name: string) => void {
  return use(CommandLauncher)
}
